import { elementsOf, type WasmData } from './backend.js';
import { integers, signatures, withIds } from './kernels.js';
import { type Product, productCode, rowsToPack, scratchBytes, type Tail } from './product.js';
import type { Call, Own } from './recording.js';
import { sumsCode } from './sums.js';

/*
 * Passes that optimize a recorded step. Ids stand for places in memory, so renaming one changes
 * where a call reads or writes.
 */

/** Tensor ids, by value name. */
export type Ids = Readonly<Record<string, number>>;
export type DataOf = (id: number) => WasmData;
export interface RecordedStep {
  readonly calls: readonly Call[];
  readonly outputs: Ids;
}

/** The same step with renamed ids. */
function rename(
  { calls, outputs }: RecordedStep,
  newIds: ReadonlyMap<number, number>,
): RecordedStep {
  const newId = (id: number) => newIds.get(id) ?? id;
  const renamed = calls.map((call): Call => {
    const signature = signatures.get(call.kernel ?? '');
    return {
      ...call,
      args: signature ? withIds(signature, call.args, newId) : call.args,
      reads: call.reads.map(newId),
      writes: newId(call.writes),
    };
  });
  const named = Object.entries(outputs).map(([name, id]) => [name, newId(id)]);
  return { calls: renamed, outputs: Object.fromEntries(named) };
}

/** Tracks matrices that are the transpose of another, by id. */
class Transposes {
  private readonly known = new Map<number, { of: number; rows: number; columns: number }>();

  add({ kernel, args, writes }: Call, of: number): void {
    // args[1] is the shape, args[2] the rank: with rank 2 there is only one transpose.
    if (kernel !== 'Transpose' || args[2] !== 2) return;
    const [columns, rows] = integers(args[1]);
    this.known.set(writes, { of, rows, columns });
  }

  /** The id of the matrix that this one (rows, columns) was transposed from, if any. */
  original(id: number, rows: number, columns: number): number | undefined {
    const found = this.known.get(id);
    return found?.rows === rows && found.columns === columns ? found.of : undefined;
  }
}

/** Replaces copies and double transposes with their originals. */
export function withoutCopies({ calls, outputs }: RecordedStep, dataOf: DataOf): RecordedStep {
  const originals = new Map<number, number>();
  const transposes = new Transposes();
  for (const call of calls) {
    const { kernel, copies, own, args, reads, writes } = call;
    const from = originals.get(reads[0]) ?? reads[0];
    const isWhole = !kernel && !copies && !own;
    if (isWhole && dataOf(from).dtype === dataOf(writes).dtype) {
      originals.set(writes, from);
    }
    if (kernel === 'Transpose' && args[2] === 2) {
      const [rows, columns] = integers(args[1]);
      const twice = transposes.original(from, rows, columns);
      if (twice === undefined) transposes.add(call, from);
      else originals.set(writes, twice);
    }
  }
  const others = calls.filter(({ writes }) => !originals.has(writes));
  return rename({ calls: others, outputs }, originals);
}

/** A constant right-hand matrix of this size is worth XNNPACK's packing, once, if few rows read it. */
const largeConstant = 2 ** 16;

/**
 * Replaces products and sums by our own. Those need no prior transpose, and a product no packing,
 * which is for each step where the right-hand matrix changes.
 */
export function withOwnKernels(
  { calls, outputs }: RecordedStep,
  varying: ReadonlySet<number>,
  dataOf: DataOf,
): RecordedStep {
  const transposes = new Transposes();
  const replaced = calls.map((call): Call => {
    transposes.add(call, call.reads[0]);
    if (call.kernel === 'BatchMatMul') return ownProduct(call, varying, transposes) ?? call;
    if (call.kernel === 'Sum') return ownSums(call, dataOf, transposes) ?? call;
    return call;
  });
  return { calls: replaced, outputs };
}

function ownProduct(
  { args, reads, writes }: Call,
  varying: ReadonlySet<number>,
  transposes: Transposes,
): Call | undefined {
  const [, shapeA, , , shapeB, , flagA, flagB] = args;
  const [batchA, rows, depth] = integers(shapeA);
  const [batchB, , columns] = integers(shapeB);
  if (flagA || flagB) return undefined;
  const [a, b] = reads;
  const count = Math.max(batchA, batchB);
  if (count > 1) {
    const batch = { count, ownA: batchA > 1, ownB: batchB > 1 };
    const product = { rows, depth, columns, transposedA: false, transposedB: false, batch };
    return productCall(product, reads, writes);
  }
  const isLarge = !varying.has(b) && depth * columns >= largeConstant;
  if (isLarge && rows < rowsToPack) return undefined;
  const [fromA, fromB] = [
    transposes.original(a, rows, depth),
    transposes.original(b, depth, columns),
  ];
  // The only sample there is multiplies all rows at once if they lie side by side.
  const turned =
    columns === 1 && rows > 1 && depth > 1 && !varying.has(a)
      ? { rows, columns: depth }
      : undefined;
  const transposedA = fromA !== undefined || turned !== undefined;
  const product = { rows, depth, columns, transposedA, transposedB: fromB !== undefined };
  return productCall(product, [fromA ?? a, fromB ?? b], writes, turned);
}

/** A product, and what is done with each of its sums, which may read more. */
export class OwnProduct implements Own {
  readonly wholes = 2;
  readonly scratch: number;

  constructor(
    readonly product: Product,
    readonly turned?: Own['turned'],
    readonly tail?: Tail,
  ) {
    this.scratch = scratchBytes(product, tail);
  }

  code([a, b, ...more]: readonly number[], c: number, scratch: number) {
    return productCode(this.product, { a, b, c, more, scratch }, this.tail);
  }
}

const productCall = (
  product: Product,
  reads: readonly number[],
  writes: number,
  turned?: Own['turned'],
): Call => ({ own: new OwnProduct(product, turned), args: [], reads, writes });

/** A single row is summed as fast by the kernel. */
function ownSums({ args, reads, writes }: Call, dataOf: DataOf, transposes: Transposes) {
  const rows = elementsOf(dataOf(writes));
  const depth = args[1] as number;
  if (rows < 2 || dataOf(reads[0]).dtype !== 'float32') return undefined;
  const original = transposes.original(reads[0], rows, depth);
  const sums = { rows, depth, transposed: original !== undefined };
  const code: Own['code'] = ([from], to) => sumsCode(sums, from, to);
  return { own: { code }, args: [], reads: [original ?? reads[0]], writes };
}

/** Drops calls whose result is never read, such as those of a cost. */
export function needed({ calls, outputs }: RecordedStep): RecordedStep {
  const wanted = new Set(Object.values(outputs));
  const kept = calls.toReversed().filter(({ reads, writes }) => {
    if (!wanted.has(writes)) return false;
    for (const id of reads) wanted.add(id);
    return true;
  });
  return { calls: kept.reverse(), outputs };
}

/** Writes new values over the old ones once those are no longer read. */
export function inPlace(step: RecordedStep, places: Ids, dataOf: DataOf): RecordedStep {
  const over = new Map<number, number>();
  for (const [name, place] of Object.entries(places)) {
    const id = step.outputs[name];
    const at = step.calls.findIndex(({ writes }) => writes === id);
    if (at < 0 || dataOf(id).dtype !== dataOf(place).dtype) continue;
    const others = Object.entries(step.outputs).filter(([other]) => other !== name);
    if (others.some(([, other]) => other === place)) continue;
    const { kernel, own, reads } = step.calls[at];
    const wholes = signatures.get(kernel ?? '')?.elementwise ? 0 : own?.wholes;
    const readsOver = reads.slice(0, wholes).includes(place);
    const readLater = step.calls.slice(at + 1).some(({ reads }) => reads.includes(place));
    if (!readsOver && !readLater) over.set(id, place);
  }
  return rename(step, over);
}

/** The ids whose values change with each step. */
export function changing({ calls, outputs }: RecordedStep, places: Ids): ReadonlySet<number> {
  const moving = Object.entries(places).filter(([name, place]) => outputs[name] !== place);
  const written = calls.filter(({ writes }) => Object.values(places).includes(writes));
  const changes = new Set([...moving.map(([, place]) => place), ...written.map((c) => c.writes)]);
  for (const { reads, writes } of calls) {
    if (reads.some((id) => changes.has(id))) changes.add(writes);
  }
  return changes;
}
