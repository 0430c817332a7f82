import * as tf from '@tensorflow/tfjs-core';
import { Refusal } from '../step.js';
import { assemble, type Body } from './assembler.js';
import { elementsOf, ownMemory, rawFunction, type WasmBackend, type WasmData } from './backend.js';
import { type Copy, copyCode, copySource } from './copies.js';
import { fused } from './fusion.js';
import { gatheredBlocks } from './gather.js';
import { signatures } from './kernels.js';
import {
  changing,
  type DataOf,
  type Ids,
  inPlace,
  needed,
  type RecordedStep,
  withOwnKernels,
  withoutCopies,
} from './passes.js';
import type { Call, Recording } from './recording.js';

/** A recorded step as one function. */
export interface Program {
  /**
   * Runs this many steps. Each reads the values from their places and leaves the new ones there.
   */
  run(iterations: number): void;
  /** Frees its memory. */
  dispose(): void;
}

/**
 * Compiles a recording to a function. `places` are where the values are stored: each step reads
 * them there and leaves the new ones in the same places.
 *
 * @throws Refusal if code generation at run time is forbidden.
 */
export function link(backend: WasmBackend, recording: Recording, places: Ids): Program {
  const dataOf: DataOf = (id) => backend.dataIdMap.get(recording.dataIdOf(id));
  const memory = ownMemory(backend);
  const plain = withoutCopies(recording, dataOf);
  const step = inPlace(
    memory ? ownCode(plain, recording, places, dataOf) : needed(plain),
    places,
    dataOf,
  );
  const ids = [step.calls.flatMap(({ reads, writes }) => [...reads, writes]), places, step.outputs];
  const release = recording.keepOnly(new Set(ids.flatMap((some) => Object.values(some))));
  const source = new Source(backend, memory, step, places, dataOf, recording.varying);
  const dispose = () => {
    release();
    source.free();
  };
  try {
    return { run: source.run(), dispose };
  } catch (error) {
    // A page may forbid code generation at run time.
    dispose();
    throw new Refusal(`The recorded step does not become code here: ${(error as Error).message}`);
  }
}

/** The same step with kernels and element-wise loops of our own. */
function ownCode(step: RecordedStep, { varying }: Recording, places: Ids, dataOf: DataOf) {
  const called = needed(withOwnKernels(step, varying, dataOf));
  return fused(called, changing(called, places), dataOf);
}

/** Generates the lines of a step. */
class Source {
  /** Anything that no step changes is computed once, before the first step. */
  private readonly before: string[] = [];
  private readonly each: string[] = [];
  private readonly changes: ReadonlySet<number>;
  /** How many calls pack a matrix, by its id. */
  private readonly packings = new Map<number, number>();
  private readonly functions: readonly string[];
  private readonly bodies: Body[] = [];
  private readonly memory: ReturnType<typeof allocator>;
  /** What one call uses while it runs, the next may use too. */
  private readonly scratch: number;

  constructor(
    private readonly backend: WasmBackend,
    /** Where our own code can run, if it can. */
    private readonly ownMemory: WebAssembly.Memory | undefined,
    step: RecordedStep,
    places: Ids,
    private readonly dataOf: DataOf,
    private readonly varying: ReadonlySet<number>,
  ) {
    this.memory = allocator(backend);
    this.scratch = this.memory.allocate(
      Math.max(0, ...step.calls.map(({ own }) => own?.scratch ?? 0)),
    );
    this.changes = changing(step, places);
    this.functions = [...new Set(step.calls.flatMap(({ kernel }) => kernel ?? []))];
    for (const { kernel, args } of step.calls) {
      const packed = args[signatures.get(kernel ?? '')?.packs ?? -1] as number;
      this.packings.set(packed, (this.packings.get(packed) ?? 0) + 1);
    }
    for (const call of step.calls) this.linesFor(call.writes).push(...this.linesOf(call));
    this.moveToPlaces(step.outputs, places);
  }

  run(): Program['run'] {
    const { wasm } = this.backend;
    const make = new Function(
      ...['wasm', 'forget', 'register'],
      ...this.functions.map((_, i) => `f${i}`),
      ...this.bodies.map((_, i) => `p${i}`),
      `return (n) => {
        ${this.before.join('\n')}
        for (let i = 0; i < n; i++) {
          ${this.each.join('\n')}
        }
      };`,
    );
    const kernels = this.functions.map((kernel) => rawFunction(wasm, kernel));
    const own = this.ownMemory ? assemble(this.bodies, this.ownMemory) : [];
    return make(wasm, wasm._dispose_data, wasm._register_tensor, ...kernels, ...own);
  }

  free(): void {
    this.memory.free();
  }

  private linesFor(id: number): string[] {
    return this.changes.has(id) ? this.each : this.before;
  }

  private linesOf(call: Call): string[] {
    const { kernel, own, copies, reads, writes } = call;
    const { backend, dataOf, varying } = this;
    const blocks = gatheredBlocks(backend, call, dataOf, varying);
    if (blocks) return blocks.map(({ from, to, bytes }) => copy(from, to, bytes));
    if (copies) return copies.map((copy, i) => this.copyOf(copy, reads[i], writes));
    if (own) {
      const [to, first, ...rest] = [writes, ...reads].map((id) => dataOf(id).memoryOffset);
      const from = own.turned ? this.memory.turned(first, own.turned) : first;
      return [this.own(own.code([from, ...rest], to, this.scratch))];
    }
    if (kernel === undefined) return [convert(dataOf(reads[0]), dataOf(writes))];
    return [this.kernelCall(kernel, call)];
  }

  private copyOf(part: Copy, from: number, to: number): string {
    const [a, b] = [from, to].map(this.dataOf);
    const place = [tf.util.bytesPerElement(b.dtype), a.memoryOffset, b.memoryOffset] as const;
    return this.ownMemory ? this.own(copyCode(part, ...place)) : copySource(part, ...place);
  }

  /** A function of our own. */
  private own(body: Body): string {
    this.bodies.push(body);
    return `p${this.bodies.length - 1}();`;
  }

  private kernelCall(kernel: string, { args, writes }: Call): string {
    const packed = args[signatures.get(kernel)!.packs ?? -1];
    if (typeof packed === 'number' && this.varying.has(packed)) {
      // Samples and their transpose may be one place, packed in two shapes.
      const lines = this.packings.get(packed) === 1 ? this.linesFor(packed) : this.linesFor(writes);
      lines.push(packAnew(packed, this.dataOf(packed)));
    }
    const numbers = args.map((arg) =>
      arg instanceof Uint8Array ? this.memory.addressOf(arg) : Number(arg),
    );
    return `f${this.functions.indexOf(kernel)}(${numbers.join(', ')});`;
  }

  /** Copies the new values to their places, where the next step reads them. */
  private moveToPlaces(outputs: Ids, places: Ids): void {
    const { dataOf, each } = this;
    const moves = Object.entries(places).filter(([name, place]) => outputs[name] !== place);
    // Values that swap places go through a temporary.
    const sources = moves.map(([name]) => {
      const { memoryOffset } = dataOf(outputs[name]);
      if (!Object.values(places).includes(outputs[name])) return memoryOffset;
      const elsewhere = this.memory.allocate(bytesOf(dataOf(outputs[name])));
      each.push(copy(memoryOffset, elsewhere, bytesOf(dataOf(outputs[name]))));
      return elsewhere;
    });
    moves.forEach(([, place], i) => {
      each.push(copy(sources[i], dataOf(place).memoryOffset, bytesOf(dataOf(place))));
    });
  }
}

/** Memory that belongs to the program. */
function allocator({ wasm }: WasmBackend) {
  const allocated: number[] = [];
  const arrays = new Map<string, number>();
  const allocate = (bytes: number) => {
    const address = wasm._malloc(bytes) >>> 0; // above 2 GB it is negative
    allocated.push(address);
    return address;
  };
  const addressOf = (bytes: Uint8Array) => {
    const known = arrays.get(String(bytes));
    if (known !== undefined) return known;
    const address = allocate(bytes.length);
    wasm.HEAPU8.set(bytes, address);
    arrays.set(String(bytes), address);
    return address;
  };
  const turned = (from: number, { rows, columns }: { rows: number; columns: number }) => {
    const address = allocate(rows * columns * 4);
    const { HEAPF32 } = wasm; // a new one if the memory has grown
    for (let i = 0; i < rows; i++) {
      for (let k = 0; k < columns; k++) {
        HEAPF32[address / 4 + k * rows + i] = HEAPF32[from / 4 + i * columns + k];
      }
    }
    return address;
  };
  const free = () => {
    for (const address of allocated) wasm._free(address);
  };
  return { allocate, addressOf, turned, free };
}

/** XNNPACK caches a packed matrix until its id is disposed. */
const packAnew = (id: number, data: WasmData) =>
  `forget(${id}); register(${id}, ${elementsOf(data)}, ${data.memoryOffset});`;

const bytesOf = (data: WasmData) => elementsOf(data) * tf.util.bytesPerElement(data.dtype);

const copy = (from: number, to: number, bytes: number) =>
  `wasm.HEAPU8.copyWithin(${to}, ${from}, ${from + bytes});`;

const heaps: Readonly<Record<string, string>> = {
  float32: 'HEAPF32',
  int32: 'HEAP32',
  bool: 'HEAPU8',
};

/** Copies into another type. */
function convert(from: WasmData, to: WasmData): string {
  const view = (data: WasmData) => {
    const start = data.memoryOffset / tf.util.bytesPerElement(data.dtype);
    return `wasm.${heaps[data.dtype]}.subarray(${start}, ${start + elementsOf(data)})`;
  };
  return `${view(to)}.set(${view(from)});`;
}
