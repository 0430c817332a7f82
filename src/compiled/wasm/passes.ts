import type { Argument, WasmData } from './backend.js';
import { signatures } from './kernels.js';
import type { Call } from './recording.js';

/*
 * A recorded step made shorter, one pass after the other. The ids stand for places in memory: to rename
 * one is to work elsewhere.
 */

/** The ids of tensors, by the names of the values. */
export type Ids = Readonly<Record<string, number>>;
export type DataOf = (id: number) => WasmData;
export interface RecordedStep {
  readonly calls: readonly Call[];
  readonly outputs: Ids;
}

/** The same step with other ids. */
function rename(
  { calls, outputs }: RecordedStep,
  newIds: ReadonlyMap<number, number>,
): RecordedStep {
  const newId = (id: number) => newIds.get(id) ?? id;
  const renamed = calls.map((call): Call => {
    const { reads, writes } = signatures.get(call.kernel ?? '') ?? { reads: [], writes: 0 };
    const at = new Set([...reads, (writes + call.args.length) % call.args.length]);
    return {
      ...call,
      args: call.args.map((argument, i) => (at.has(i) ? newId(argument as number) : argument)),
      reads: call.reads.map(newId),
      writes: newId(call.writes),
    };
  });
  const named = Object.entries(outputs).map(([name, id]) => [name, newId(id)]);
  return { calls: renamed, outputs: Object.fromEntries(named) };
}

/** What lies in memory as the transpose of something else, by its id. */
class Transposes {
  private readonly known = new Map<number, { of: number; rows: number; columns: number }>();

  add({ kernel, args, writes }: Call, of: number): void {
    // args[1] is the shape, args[2] how many dimensions it has: of two there is one transpose only.
    if (kernel !== 'Transpose' || args[2] !== 2) return;
    const [columns, rows] = dimensions(args[1]);
    this.known.set(writes, { of, rows, columns });
  }

  /** The id of the transpose of a matrix (rows, columns), if it was made from that. */
  original(id: number, rows: number, columns: number): number | undefined {
    const found = this.known.get(id);
    return found?.rows === rows && found.columns === columns ? found.of : undefined;
  }
}

const dimensions = (bytes: Argument) => new Int32Array((bytes as Uint8Array).slice().buffer);

/** A copy is its original, and so is what is transposed twice. */
export function withoutCopies({ calls, outputs }: RecordedStep, dataOf: DataOf): RecordedStep {
  const originals = new Map<number, number>();
  const transposes = new Transposes();
  for (const call of calls) {
    const { kernel, args, reads, writes } = call;
    const from = originals.get(reads[0]) ?? reads[0];
    if (kernel === undefined && dataOf(from).dtype === dataOf(writes).dtype) {
      originals.set(writes, from);
    }
    if (kernel === 'Transpose' && args[2] === 2) {
      const [rows, columns] = dimensions(args[1]);
      const twice = transposes.original(from, rows, columns);
      if (twice === undefined) transposes.add(call, from);
      else originals.set(writes, twice);
    }
  }
  const others = calls.filter(({ writes }) => !originals.has(writes));
  return rename({ calls: others, outputs }, originals);
}

/** From so many numbers on, XNNPACK's packing pays for a right-hand matrix that stays as it is. */
const largeConstant = 2 ** 16;

/**
 * Products that do without packing, and without transposing first: where the right-hand matrix is
 * another one in each step, or small.
 */
export function withProducts(
  { calls, outputs }: RecordedStep,
  varying: ReadonlySet<number>,
): RecordedStep {
  const transposes = new Transposes();
  const replaced = calls.map((call): Call => {
    const { kernel, args, reads, writes } = call;
    transposes.add(call, reads[0]);
    if (kernel !== 'BatchMatMul') return call;
    const [, shapeA, , , shapeB, , flagA, flagB] = args;
    const [batchA, rows, depth] = dimensions(shapeA);
    const [batchB, , columns] = dimensions(shapeB);
    if (batchA !== 1 || batchB !== 1 || flagA || flagB) return call;
    const [a, b] = reads;
    if (!varying.has(b) && depth * columns >= largeConstant) return call;
    const [fromA, fromB] = [
      transposes.original(a, rows, depth),
      transposes.original(b, depth, columns),
    ];
    const [transposedA, transposedB] = [fromA, fromB].map((from) => from !== undefined);
    const product = { rows, depth, columns, transposedA, transposedB };
    return { product, args: [], reads: [fromA ?? a, fromB ?? b], writes };
  });
  return { calls: replaced, outputs };
}

/** Without the calls whose result nobody reads, such as those of a cost. */
export function needed({ calls, outputs }: RecordedStep): RecordedStep {
  const wanted = new Set(Object.values(outputs));
  const kept = calls.toReversed().filter(({ reads, writes }) => {
    if (!wanted.has(writes)) return false;
    for (const id of reads) wanted.add(id);
    return true;
  });
  return { calls: kept.reverse(), outputs };
}

/** New values are written over the old ones, where nobody reads those any more. */
export function inPlace(step: RecordedStep, places: Ids, dataOf: DataOf): RecordedStep {
  const over = new Map<number, number>();
  for (const [name, place] of Object.entries(places)) {
    const id = step.outputs[name];
    const at = step.calls.findIndex(({ writes }) => writes === id);
    if (at < 0 || dataOf(id).dtype !== dataOf(place).dtype) continue;
    const others = Object.entries(step.outputs).filter(([other]) => other !== name);
    if (others.some(([, other]) => other === place)) continue;
    const { kernel, reads } = step.calls[at];
    const readsOver = reads.includes(place) && !signatures.get(kernel ?? '')?.elementwise;
    const readLater = step.calls.slice(at + 1).some(({ reads }) => reads.includes(place));
    if (!readsOver && !readLater) over.set(id, place);
  }
  return rename(step, over);
}

/** The ids whose values are others in each step. */
export function changing({ calls, outputs }: RecordedStep, places: Ids): ReadonlySet<number> {
  const moving = Object.entries(places).filter(([name, place]) => outputs[name] !== place);
  const written = calls.filter(({ writes }) => Object.values(places).includes(writes));
  const changes = new Set([...moving.map(([, place]) => place), ...written.map((c) => c.writes)]);
  for (const { reads, writes } of calls) {
    if (reads.some((id) => changes.has(id))) changes.add(writes);
  }
  return changes;
}
