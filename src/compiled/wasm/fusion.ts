import * as tf from '@tensorflow/tfjs-core';
import { elementsOf } from './backend.js';
import { type Access, type Fused, fusedCode, fuses } from './elementwise.js';
import { integers } from './kernels.js';
import { type DataOf, OwnProduct, type RecordedStep } from './passes.js';
import type { Call, Own } from './recording.js';

/** So many numbers at once fit in registers, or nearly. */
const maxValues = 24;

/**
 * Joins kernels that work element by element into one loop, where a result is read by nothing else:
 * it stays in a register, and many calls become one. A product of which they read the result computes
 * them for each of its sums. `changes` are the ids that change with each
 * step; what does not change is not computed anew.
 */
export function fused(
  { calls, outputs }: RecordedStep,
  changes: ReadonlySet<number>,
  dataOf: DataOf,
): RecordedStep {
  const readers = new Map<number, Set<Call>>();
  for (const call of calls) {
    for (const id of call.reads) readers.set(id, (readers.get(id) ?? new Set()).add(call));
  }
  const kept = new Set(Object.values(outputs));
  const producers = new Map(calls.map((call) => [call.writes, call]));
  const joined = new Set<Call>();
  const replaced = new Map<Call, Call>();
  for (const root of calls.toReversed()) {
    if (joined.has(root)) continue;
    const loop = Loop.of(root, dataOf);
    if (!loop) continue;
    const mayJoin = (producer: Call) =>
      !kept.has(producer.writes) &&
      changes.has(producer.writes) === changes.has(root.writes) &&
      [...readers.get(producer.writes)!].every((reader) => loop.has(reader));
    loop.grow((id) => {
      const producer = producers.get(id);
      return producer && mayJoin(producer) ? producer : undefined;
    });
    const product = loop.reads
      .flatMap((id) => producers.get(id) ?? [])
      .find((producer) => loop.mayFollow(producer) && mayJoin(producer));
    if (loop.size < 2 && !product) continue;
    for (const call of loop.calls) joined.add(call);
    if (product) joined.add(product);
    replaced.set(root, loop.call(product));
  }
  const left = calls.filter((call) => replaced.has(call) || !joined.has(call));
  return { calls: left.map((call) => replaced.get(call) ?? call), outputs };
}

/** Several kernels in the place of the last one. */
export class FusedLoop implements Own {
  readonly wholes = 0;

  constructor(readonly loop: Fused) {}

  code(from: readonly number[], to: number) {
    return fusedCode(this.loop, from, to);
  }
}

/** An operand as a kernel sees it: a tensor's numbers, in a shape. */
interface Operand {
  readonly id: number;
  readonly access: Access;
}

/** An element-wise kernel: its operands, and the split of its result into rows and columns, if they need one. */
interface Elementwise {
  readonly operands: readonly Operand[];
  readonly columns: number | undefined;
}

/** A loop that grows from its last kernel towards the first ones. */
class Loop {
  /** The last kernel first. */
  readonly calls: Call[] = [];
  private readonly parts = new Map<Call, Elementwise>();
  private columns: number | undefined;

  private constructor(
    private readonly root: Call,
    private readonly elements: number,
    private readonly dataOf: DataOf,
  ) {}

  static of(root: Call, dataOf: DataOf): Loop | undefined {
    const loop = new Loop(root, elementsOf(dataOf(root.writes)), dataOf);
    return loop.add(root) ? loop : undefined;
  }

  get size(): number {
    return this.calls.length;
  }

  get reads(): number[] {
    return this.calls.flatMap(({ reads }) => reads);
  }

  /** Whether a call is a product whose sums the loop reads one by one, in the product's rows and columns. */
  mayFollow({ own, writes }: Call): boolean {
    if (!(own instanceof OwnProduct) || own.tail || own.product.batch) return false;
    const operands = this.calls.flatMap((call) => this.parts.get(call)!.operands);
    const isRead = operands.every(({ id, access }) => id !== writes || access === 'each');
    return isRead && (this.columns ?? own.product.columns) === own.product.columns;
  }

  has(call: Call): boolean {
    return this.parts.has(call);
  }

  /** Adds what the kernels of the loop read, where `producerOf` says that it may be joined. */
  grow(producerOf: (id: number) => Call | undefined): void {
    // A kernel may be joined only once all that read it are: so until nothing changes.
    for (let before = -1; before !== this.size; ) {
      before = this.size;
      for (const call of [...this.calls]) {
        for (const { id, access } of this.parts.get(call)!.operands) {
          const producer = access === 'each' ? producerOf(id) : undefined;
          if (producer && !this.has(producer)) this.add(producer);
        }
      }
    }
  }

  /** The loop as one call, behind a product if there is one. */
  call(product?: Call): Call {
    const inputs = new Map<string, { id: number; access: Access }>();
    const inOrder = this.calls.toSorted((a, b) => this.depth(b) - this.depth(a));
    const made = new Map(inOrder.map((call, i) => [call.writes, i]));
    const isMade = ({ id, access }: Operand) => access === 'each' && made.has(id);
    const all = inOrder.flatMap((call) => this.parts.get(call)!.operands);
    for (const operand of all) {
      if (!isMade(operand)) inputs.set(`${operand.id} ${operand.access}`, operand);
    }
    const keys = [...inputs.keys()];
    const indexOf = (operand: Operand) =>
      isMade(operand)
        ? keys.length + made.get(operand.id)!
        : keys.indexOf(`${operand.id} ${operand.access}`);
    const steps = inOrder.map((call) => ({
      kernel: call.kernel!,
      operands: this.parts.get(call)!.operands.map(indexOf),
    }));
    const columns = this.columns ?? this.elements;
    const list = [...inputs.values()];
    const loop: Fused = {
      ...{ rows: this.elements / columns, columns },
      inputs: list.map(({ access }) => access),
      steps,
    };
    const reads = list.map(({ id }) => id);
    const { writes } = this.root;
    if (!product) return { own: new FusedLoop(loop), args: [], reads, writes };
    const sum = reads.indexOf(product.writes);
    const { product: factors, turned } = product.own as OwnProduct;
    const own = new OwnProduct(factors, turned, { loop, sum });
    return { own, args: [], reads: [...product.reads, ...reads.toSpliced(sum, 1)], writes };
  }

  /** The longest way to the last kernel: what is farther is computed earlier. */
  private depth(call: Call): number {
    const readers = this.calls.filter((other) => other.reads.includes(call.writes));
    return readers.reduce((most, reader) => Math.max(most, 1 + this.depth(reader)), 0);
  }

  private add(call: Call): boolean {
    const part =
      this.size < maxValues / 2 ? elementwise(call, this.elements, this.dataOf) : undefined;
    if (!part) return false;
    const { columns = this.columns } = part;
    if (this.columns !== undefined && columns !== this.columns) return false;
    this.columns = columns;
    this.parts.set(call, part);
    this.calls.push(call);
    return true;
  }
}

/** How a call reads its operands, if it is an element-wise kernel of so many elements in float32. */
function elementwise(call: Call, elements: number, dataOf: DataOf): Elementwise | undefined {
  const { kernel = '', args, reads, writes } = call;
  const isFloat = [...reads, writes].every((id) => dataOf(id).dtype === 'float32');
  if (!isFloat || !fuses(kernel, reads.length)) return undefined;
  if (elementsOf(dataOf(writes)) !== elements) return undefined;
  if (reads.length === 1)
    return { operands: [{ id: reads[0], access: 'each' }], columns: undefined };
  // A tensor may be read in another shape than the one that it was made with.
  const shapes = [integers(args[1]), integers(args[4])].map((shape) => [...shape]);
  const whole = tf.broadcast_util.assertAndGetBroadcastShape(shapes[0], shapes[1]);
  let columns: number | undefined;
  const operands: Operand[] = [];
  for (const [i, shape] of shapes.entries()) {
    const found = accessOf(shape, whole);
    if (
      !found ||
      (columns !== undefined && found.columns !== undefined && found.columns !== columns)
    ) {
      return undefined;
    }
    columns ??= found.columns;
    operands.push({ id: reads[i], access: found.access });
  }
  return { operands, columns };
}

/** How a tensor of this shape is broadcast to the whole, if it is along its first or its last axes. */
function accessOf(
  shape: readonly number[],
  whole: readonly number[],
): { access: Access; columns?: number } | undefined {
  const [size, all] = [tf.util.sizeFromShape([...shape]), tf.util.sizeFromShape([...whole])];
  if (size === all) return { access: 'each' };
  if (size === 1) return { access: 'scalar' };
  const padded = [...new Array<number>(whole.length - shape.length).fill(1), ...shape];
  const isSame = (from: number, to: number) =>
    padded.slice(from, to).every((n, axis) => n === whole[from + axis]);
  const isOnes = (from: number, to: number) => padded.slice(from, to).every((n) => n === 1);
  for (let axis = 1; axis < whole.length; axis++) {
    const columns = tf.util.sizeFromShape(whole.slice(axis));
    if (isSame(0, axis) && isOnes(axis, whole.length)) return { access: 'column', columns };
    if (isOnes(0, axis) && isSame(axis, whole.length)) return { access: 'row', columns };
  }
  return undefined;
}
