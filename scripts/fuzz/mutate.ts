import type { Random } from './random.js';

/** Bytes of a file, changed in one to eight places. */
export function mutated(bytes: Uint8Array, random: Random): Uint8Array {
  let result: Uint8Array = Uint8Array.from(bytes); // a Buffer's slice would be a view
  const times = 1 + random.below(random.next() < 0.5 ? 2 : 8);
  for (let i = 0; i < times && result.length > 0; i++) result = random.of(changes)(result, random);
  return result;
}

type Change = (bytes: Uint8Array, random: Random) => Uint8Array;

/** Headers come first: half of the places lie in the first 256 bytes. */
const place = (bytes: Uint8Array, random: Random): number =>
  random.below(random.next() < 0.5 ? Math.min(256, bytes.length) : bytes.length);

const flip: Change = (bytes, random) => {
  bytes[place(bytes, random)] ^= 1 << random.below(8);
  return bytes;
};

const any: Change = (bytes, random) => {
  bytes[place(bytes, random)] = random.of([0, 1, 0x7f, 0x80, 0xfe, 0xff, random.below(256)]);
  return bytes;
};

const cut: Change = (bytes, random) => bytes.subarray(0, random.below(bytes.length));

/** A part of the file, somewhere else in it: in place of what stood there, or between. */
const splice: Change = (bytes, random) => {
  const from = random.below(bytes.length);
  const part = bytes.slice(from, from + 1 + random.below(64));
  const at = place(bytes, random);
  const until = random.next() < 0.5 ? at : Math.min(bytes.length, at + part.length);
  return Uint8Array.from([...bytes.subarray(0, at), ...part, ...bytes.subarray(until)]);
};

const remove: Change = (bytes, random) => {
  const at = place(bytes, random);
  const until = Math.min(bytes.length, at + 1 + random.below(32));
  return Uint8Array.from([...bytes.subarray(0, at), ...bytes.subarray(until)]);
};

/** A part over and over. */
const repeat: Change = (bytes, random) => {
  const at = place(bytes, random);
  const part = bytes.subarray(at, at + 1 + random.below(32));
  const times = 2 ** random.below(12);
  const many = Array.from({ length: times }, () => [...part]).flat();
  return Uint8Array.from([...bytes.subarray(0, at), ...many, ...bytes.subarray(at)]);
};

const extremes = [0, 1, 0x7f, 0x80, 0xff, 0x7fff, 0xffff, 0x10000, 2 ** 24, 2 ** 28, 2 ** 30];

/** A number of 2, 4 or 8 bytes in either order. */
const number: Change = (bytes, random) => {
  const size = random.of([2, 4, 8]);
  if (bytes.length < size) return bytes;
  const at = Math.min(place(bytes, random), bytes.length - size);
  const value = random.of([...extremes, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1, random.below(2 ** 32)]);
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const little = random.next() < 0.5;
  if (size === 2) view.setUint16(at, value & 0xffff, little);
  else if (size === 4) view.setUint32(at, value, little);
  else view.setBigUint64(at, BigInt(value) * (random.next() < 0.5 ? 1n : 2n ** 21n), little);
  return bytes;
};

/** A number in digits, or a word, becomes another. */
const inText: Change = (bytes, random) => {
  const text = Buffer.from(bytes).toString('latin1');
  const found = [...text.matchAll(/\d+|"[^"]{1,40}"|true|false|null/g)].slice(0, 2000);
  if (found.length === 0) return flip(bytes, random);
  const { index, 0: old } = random.of(found);
  const fresh = random.of(values);
  return Buffer.from(text.slice(0, index) + fresh + text.slice(index + old.length), 'latin1');
};

const values = [
  ...['0', '-1', '1', '1000000000', '9007199254740992', '1e308', '0.5', '99999999999999999999'],
  ...['null', 'true', '[]', '{}', '[[]]', '""', '"x"', '"__proto__"', '"constructor"', 'NaN'],
  ...['{"toString":0}', '[1,[2,[3]]]', `${'['.repeat(300)}${']'.repeat(300)}`, '"\\u001b[31m"'],
];

const changes: readonly Change[] = [
  ...[flip, flip, any, any, cut, splice, remove, repeat, number, number, number, inText, inText],
];
