import type { TensorInfo } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { advance, type Body, type Code, op, repeat } from './assembler.js';

/*
 * Kernels that cut a tensor into pieces, or put pieces together, are loops in JavaScript on this
 * backend. Where each piece lies follows from the shapes, so they are recorded as copies.
 */

/** A block of numbers, copied once per turn of the loops around it. */
export interface Copy {
  /** Offsets of the first block in both tensors. All counts are numbers of elements. */
  readonly from: number;
  readonly to: number;
  readonly block: number;
  /** The outermost first. */
  readonly loops: readonly Loop[];
}
interface Loop {
  readonly count: number;
  readonly from: number;
  readonly to: number;
}

export type Attributes = Readonly<Record<string, unknown>>;

/** Where a piece starts in the whole, and its shape there. */
interface Piece {
  readonly begin: readonly number[];
  readonly shape: readonly number[];
}

const cuts = new Set(['Slice', 'SplitV', 'Unpack']);
const joins = new Set(['Concat', 'Pack']);
export const copiesOnly = (kernel: string) => cuts.has(kernel) || joins.has(kernel);

/** What a kernel of these copies: one copy for each piece, in the order of the pieces. */
export function copiesOf(
  kernel: string,
  inputs: readonly TensorInfo[],
  outputs: readonly TensorInfo[],
  attrs: Attributes,
): Copy[] {
  const isCut = cuts.has(kernel);
  const [[whole], pieces] = isCut ? [inputs, outputs] : [outputs, inputs];
  return piecesOf(kernel, whole, pieces, attrs).map(({ begin, shape }) => {
    const strides = stridesOf(whole.shape);
    const start = begin.reduce((sum, at, axis) => sum + at * strides[axis], 0);
    const own = stridesOf(shape);
    const [from, to] = isCut ? [strides, own] : [own, strides];
    const loops = shape.map((count, axis) => ({ count, from: from[axis], to: to[axis] }));
    return { from: isCut ? start : 0, to: isCut ? 0 : start, ...inBlocks(loops) };
  });
}

function piecesOf(
  kernel: string,
  whole: TensorInfo,
  pieces: readonly TensorInfo[],
  attrs: Attributes,
): Piece[] {
  if (kernel === 'Slice') {
    const { begin, size } = attrs as { begin: number[]; size: number[] };
    const [start, shape] = tf.slice_util.parseSliceParams(whole as tf.Tensor, begin, size);
    return [{ begin: start, shape }];
  }
  const [axis] = tf.util.parseAxisParam(attrs.axis as number, whole.shape);
  let at = 0;
  return pieces.map(({ shape }) => {
    const size = kernel === 'Pack' || kernel === 'Unpack' ? 1 : shape[axis];
    const begin = whole.shape.map((_, i) => (i === axis ? at : 0));
    at += size;
    return { begin, shape: whole.shape.map((all, i) => (i === axis ? size : all)) };
  });
}

const stridesOf = (shape: readonly number[]): number[] =>
  shape.map((_, axis) => tf.util.sizeFromShape(shape.slice(axis + 1)));

/** The same copy in as few blocks as possible: what lies side by side in both tensors is one. */
function inBlocks(axes: readonly Loop[]): { block: number; loops: readonly Loop[] } {
  let block = 1;
  let loops: readonly Loop[] = [];
  for (const axis of axes.toReversed()) {
    const [inner] = loops;
    if (axis.count === 1) continue;
    if (!inner && axis.from === block && axis.to === block) block *= axis.count;
    else if (inner && axis.from === inner.from * inner.count && axis.to === inner.to * inner.count)
      loops = [{ ...inner, count: inner.count * axis.count }, ...loops.slice(1)];
    else loops = [axis, ...loops];
  }
  return { block, loops };
}

/** Copies of blocks up to this many bytes are unrolled. */
const unrolled = 256;
const [source, target] = [0, 1];

/** Code for a copy between tensors at the addresses `from` and `to`. */
export function copyCode(copy: Copy, bytes: number, from: number, to: number): Body {
  const { block, loops } = copy;
  let code = blockCode(block * bytes);
  for (const [depth, { count, ...step }] of [...loops.entries()].reverse()) {
    const next = [advance(source, step.from * bytes), advance(target, step.to * bytes)];
    const back = [
      advance(source, -count * step.from * bytes),
      advance(target, -count * step.to * bytes),
    ];
    code = [repeat(count, 2 + depth, [code, next]), depth > 0 ? back : []];
  }
  const start = [
    [op.int(from + copy.from * bytes), op.set(source)],
    [op.int(to + copy.to * bytes), op.set(target)],
  ];
  return { integers: 2 + loops.length, vectors: 0, code: [start, code] };
}

/** Copies a block between the addresses in the first two locals. */
export function blockCode(bytes: number): Code {
  const addresses = [op.get(target), op.get(source)];
  if (bytes > unrolled || bytes % 4 > 0) return [addresses, op.int(bytes), op.copy];
  const code: Code[] = [];
  for (let at = 0; at < bytes; ) {
    const isVector = bytes - at >= 16;
    code.push(addresses);
    code.push(isVector ? op.load(at) : op.loadInt(at));
    code.push(isVector ? op.store(at) : op.storeInt(at));
    at += isVector ? 16 : 4;
  }
  return code;
}

/** The same as lines of JavaScript, for a module whose memory our own code cannot import. */
export function copySource(copy: Copy, bytes: number, from: number, to: number): string {
  const [starts, ends] = [from + copy.from * bytes, to + copy.to * bytes];
  const at = (start: number, side: 'from' | 'to') =>
    copy.loops.reduce((sum, loop, i) => `${sum} + i${i} * ${loop[side] * bytes}`, `${start}`);
  const line = `const a = ${at(starts, 'from')}; wasm.HEAPU8.copyWithin(${at(ends, 'to')}, a, a + ${copy.block * bytes});`;
  return copy.loops.reduceRight(
    (body, { count }, i) => `for (let i${i} = 0; i${i} < ${count}; i${i}++) { ${body} }`,
    `{ ${line} }`,
  );
}
