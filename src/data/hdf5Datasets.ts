import type { Dataset, Dtype } from 'h5wasm';
import { assertFew, type Budget } from '../files/bounds.js';
import type { Failure } from '../files/failure.js';

/*
 * What is looked at in an HDF5 file before its data are read.
 */

const SIGNATURE = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a]; // \x89 H D F \r \n \x1a \n

export const isHdf5 = (bytes: Uint8Array): boolean => signatureAt(bytes) >= 0;

/** The signature is at byte 0, or at 512, 1024, 2048 … after a user block; -1 if it is nowhere. */
export function signatureAt(bytes: Uint8Array): number {
  for (let start = 0; start + 8 <= bytes.length; start = Math.max(512, 2 * start)) {
    if (SIGNATURE.every((byte, i) => bytes[start + i] === byte)) return start;
  }
  return -1;
}

/** What HDF5 keeps of each chunk beside its bytes. */
const perChunk = 256;
/** A text in JavaScript takes so much beside its characters. */
const perText = 64;

/**
 * Asks for what reading a dataset takes: its elements, the chunks that they lie in, and its texts. A small
 * file declares any number of them, as of a fill value that stands for all.
 *
 * @throws what the budget throws.
 */
export function takeDataset(dataset: Dataset, name: string, budget: Budget): void {
  const { metadata, dtype, filters } = dataset;
  const { shape, chunks, size } = metadata;
  const count = product(shape ?? []);
  if (filters.length === 0) budget.hold(count * size, `${name} (${(shape ?? []).join(', ')})`);
  budget.take(count * size, `${name} takes`);
  if (typeName(dtype) === 'string') budget.take(count * perText, `${name} takes`);
  if (!chunks) return;
  budget.take(product(chunks) * size, `a chunk of ${name} takes`);
  const held = (shape ?? []).map((side, axis) => Math.ceil(side / chunks[axis]));
  budget.take(product(held) * perChunk, `the chunks of ${name} take`);
}

const product = (sides: readonly number[]) => sides.reduce((all, side) => all * side, 1);

/**
 * The values of a dataset. Texts of any length are read some at a time: each of them may be as long as the
 * file, and many may be the same.
 *
 * @throws what the budget throws.
 */
export function valuesIn(dataset: Dataset, name: string, budget: Budget): unknown {
  takeDataset(dataset, name, budget);
  const { metadata, dtype } = dataset;
  const { shape, vlen } = metadata;
  if (!vlen || typeName(dtype) !== 'string' || shape?.length !== 1) return dataset.value;
  const texts: string[] = [];
  for (let from = 0; from < shape[0]; from += textsAtOnce) {
    const some = dataset.slice([[from, Math.min(shape[0], from + textsAtOnce)]]) as string[];
    budget.take(2 * some.reduce((sum, { length }) => sum + length, 0), `${name} takes`);
    texts.push(...some);
  }
  return texts;
}

const textsAtOnce = 32;

/** Counts the groups and datasets of a file while they are gone through: links may lead in circles. */
export function objectCounter(file: string, Failure: Failure): (depth: number) => void {
  let count = 0;
  return (depth) => {
    assertFew(file, ++count, 'objects', 'groups and datasets or more', Failure);
    assertFew(file, depth, 'groups', 'groups in each other or more', Failure);
  };
}

const TYPES: Record<string, string> = {
  b: 'int8',
  B: 'uint8',
  h: 'int16',
  H: 'uint16',
  i: 'int32',
  I: 'uint32',
  q: 'int64',
  Q: 'uint64',
  e: 'float16',
  f: 'float32',
  d: 'float64',
};

/** The numpy name of an h5wasm dtype such as '<q' or 'S7'. Single bytes have no byte order. */
export function typeName(dtype: Dtype): string {
  if (typeof dtype !== 'string') return 'compound';
  if (/^[SA]\d*$/.test(dtype)) return 'string';
  const name = TYPES[dtype.slice(1)] ?? dtype;
  return dtype.startsWith('>') && !name.endsWith('int8') ? `big-endian ${name}` : name;
}
