/*
 * Protocol Buffers, as far as a SavedModel needs them: a message is the bytes of its fields, each with
 * its number and its kind in front.
 */

/** The fields of a message by their numbers. A list is a repeated field. */
export type Fields = Readonly<Record<number, Field | readonly Field[] | undefined>>;
/** Text, bytes and messages; integers; a float32. */
export type Field = string | Uint8Array | number | boolean | Float32;
export class Float32 {
  constructor(readonly value: number) {}
}

export function message(fields: Fields): Uint8Array {
  const parts = Object.entries(fields).flatMap(([number, value]) =>
    [value ?? []].flat().map((field) => encode(Number(number), field as Field)),
  );
  return Buffer.concat(parts);
}

function encode(number: number, field: Field): Uint8Array {
  if (field instanceof Float32) {
    const bytes = new Uint8Array(new Float32Array([field.value]).buffer);
    return Buffer.concat([varint(number * 8 + 5), bytes]);
  }
  if (typeof field === 'number' || typeof field === 'boolean') {
    return Buffer.concat([varint(number * 8), varint(Number(field))]);
  }
  const bytes = typeof field === 'string' ? Buffer.from(field) : field;
  return Buffer.concat([varint(number * 8 + 2), varint(bytes.length), bytes]);
}

/** Seven bits a byte, the lowest ones first; negative numbers as 64 bits. */
function varint(value: number): Uint8Array {
  let rest = BigInt.asUintN(64, BigInt(value));
  const bytes: number[] = [];
  do {
    const low = Number(rest & 0x7fn);
    rest >>= 7n;
    bytes.push(rest > 0n ? low | 0x80 : low);
  } while (rest > 0n);
  return Uint8Array.from(bytes);
}
