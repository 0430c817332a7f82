import { zipSync } from 'fflate';

/** An .npy file of version 1.0, put together by hand: numpy.lib.format. */
export function npyBytes(
  descr: string,
  shape: readonly number[],
  data: Uint8Array,
  fortran = false,
): Uint8Array {
  const sides = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const order = fortran ? 'True' : 'False';
  const dict = `{'descr': '${descr}', 'fortran_order': ${order}, 'shape': (${sides}), }`;
  const header = Buffer.from(`${dict.padEnd(117)}\n`);
  const length = Buffer.from([header.length & 0xff, header.length >> 8]);
  return Buffer.concat([
    Buffer.from([0x93]),
    Buffer.from('NUMPY'),
    Buffer.from([1, 0]),
    length,
    header,
    data,
  ]);
}

type Typed = Uint8Array | Int32Array | Float32Array | Float64Array | BigInt64Array | Int8Array;

const descrs = new Map<string, string>([
  ['Uint8Array', '|u1'],
  ['Int8Array', '|i1'],
  ['Int32Array', '<i4'],
  ['BigInt64Array', '<i8'],
  ['Float32Array', '<f4'],
  ['Float64Array', '<f8'],
]);

/** The same of numbers, as numpy.save writes them. */
export const npyOf = (values: Typed, shape: readonly number[] = [values.length]): Uint8Array =>
  npyBytes(
    descrs.get(values.constructor.name)!,
    shape,
    new Uint8Array(values.buffer, values.byteOffset, values.byteLength),
  );

/** numpy.savez, and numpy.savez_compressed with `level`. */
export const npzOf = (arrays: Readonly<Record<string, Uint8Array>>, level: 0 | 6 = 0): Uint8Array =>
  zipSync(
    Object.fromEntries(Object.entries(arrays).map(([name, bytes]) => [`${name}.npy`, bytes])),
    { level },
  );
