import * as tf from '@tensorflow/tfjs-core';
import { Refusal } from '../step.js';
import { assemble, type Body } from './assembler.js';
import { rawFunction, type WasmBackend, type WasmData } from './backend.js';
import { gatheredBlocks } from './gather.js';
import { signatures } from './kernels.js';
import {
  changing,
  type DataOf,
  type Ids,
  inPlace,
  needed,
  withoutCopies,
  withProducts,
} from './passes.js';
import { productCode } from './product.js';
import type { Recording } from './recording.js';

/** A recorded step as one function. */
export interface Program {
  /** So many steps: what one leaves in the places of the values is what the next one reads. */
  run(iterations: number): void;
  /** Frees what it holds. */
  dispose(): void;
}

/**
 * Makes a function of a recording. `places` are where the values lie: each step reads them there, and
 * ends with the new ones in the same places.
 *
 * @throws Refusal where code may not be made at run time.
 */
export function link(backend: WasmBackend, recording: Recording, places: Ids): Program {
  const { wasm } = backend;
  const dataOf: DataOf = (id) => backend.dataIdMap.get(recording.dataIdOf(id));
  const memory = ownMemory(backend);
  const plain = withoutCopies(recording, dataOf);
  const fast = memory ? withProducts(plain, recording.varying) : plain;
  const step = inPlace(needed(fast), places, dataOf);
  const { calls, outputs } = step;
  const ids = [calls.flatMap(({ reads, writes }) => [...reads, writes]), places, outputs];
  const release = recording.keepOnly(new Set(ids.flatMap((some) => Object.values(some))));
  const { allocate, addressOf, free } = allocator(backend);

  /** What no step changes is computed before the first one. */
  const before: string[] = [];
  const each: string[] = [];
  const changes = changing(step, places);
  const linesFor = (id: number) => (changes.has(id) ? each : before);
  const functions = [...new Set(calls.flatMap(({ kernel }) => kernel ?? []))];
  const products: Body[] = [];
  for (const call of calls) {
    const { kernel, product, args, reads, writes } = call;
    const lines = linesFor(writes);
    const blocks = gatheredBlocks(backend, call, dataOf, recording.varying);
    if (blocks) {
      lines.push(...blocks.map(({ from, to, bytes }) => copy(from, to, bytes)));
      continue;
    }
    if (product) {
      lines.push(`p${products.length}();`);
      const [a, b, c] = [...reads, writes].map((id) => dataOf(id).memoryOffset);
      products.push(productCode(product, a, b, c));
      continue;
    }
    if (kernel === undefined) {
      lines.push(convert(dataOf(reads[0]), dataOf(writes)));
      continue;
    }
    const packed = args[signatures.get(kernel)!.packs ?? -1];
    if (typeof packed === 'number' && recording.varying.has(packed)) {
      linesFor(packed).push(packAnew(packed, dataOf(packed)));
    }
    const numbers = args.map((arg) => (arg instanceof Uint8Array ? addressOf(arg) : Number(arg)));
    lines.push(`f${functions.indexOf(kernel)}(${numbers.join(', ')});`);
  }

  const moves = Object.entries(places).filter(([name, place]) => outputs[name] !== place);
  // Values that change places with one another go by way of somewhere else.
  const sources = moves.map(([name]) => {
    const { memoryOffset } = dataOf(outputs[name]);
    if (!Object.values(places).includes(outputs[name])) return memoryOffset;
    const elsewhere = allocate(bytesOf(dataOf(outputs[name])));
    each.push(copy(memoryOffset, elsewhere, bytesOf(dataOf(outputs[name]))));
    return elsewhere;
  });
  moves.forEach(([, place], i) => {
    each.push(copy(sources[i], dataOf(place).memoryOffset, bytesOf(dataOf(place))));
  });

  const dispose = () => {
    release();
    free();
  };
  try {
    const make = new Function(
      ...['wasm', 'forget', 'register'],
      ...functions.map((_, i) => `f${i}`),
      ...products.map((_, i) => `p${i}`),
      `return (n) => {
        ${before.join('\n')}
        for (let i = 0; i < n; i++) {
          ${each.join('\n')}
        }
      };`,
    );
    const kernels = functions.map((kernel) => rawFunction(wasm, kernel));
    const own = memory ? assemble(products, memory) : [];
    const run = make(wasm, wasm._dispose_data, wasm._register_tensor, ...kernels, ...own);
    return { run, dispose };
  } catch (error) {
    // A page may forbid what makes code at run time.
    dispose();
    throw new Refusal(`The recorded step does not become code here: ${(error as Error).message}`);
  }
}

/** The memory that code of our own can share: not that of a build with threads, which is of another type. */
function ownMemory({ wasm }: WasmBackend): WebAssembly.Memory | undefined {
  const memory = wasm.asm?.memory;
  return memory?.buffer instanceof ArrayBuffer ? memory : undefined;
}

/** Memory of the program's own. */
function allocator({ wasm }: WasmBackend) {
  const allocated: number[] = [];
  const arrays = new Map<string, number>();
  const allocate = (bytes: number) => {
    const address = wasm._malloc(bytes) >>> 0; // above 2 GB it comes as a negative number
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
  const free = () => {
    for (const address of allocated) wasm._free(address);
  };
  return { allocate, addressOf, free };
}

/** XNNPACK keeps what it has packed until its id is forgotten. */
const packAnew = (id: number, data: WasmData) =>
  `forget(${id}); register(${id}, ${elementsOf(data)}, ${data.memoryOffset});`;

const elementsOf = ({ shape }: WasmData) => tf.util.sizeFromShape([...shape]);
const bytesOf = (data: WasmData) => elementsOf(data) * tf.util.bytesPerElement(data.dtype);

const copy = (from: number, to: number, bytes: number) =>
  `wasm.HEAPU8.copyWithin(${to}, ${from}, ${from + bytes});`;

const heaps: Readonly<Record<string, string>> = {
  float32: 'HEAPF32',
  int32: 'HEAP32',
  bool: 'HEAPU8',
};

/** A copy into another type. */
function convert(from: WasmData, to: WasmData): string {
  const view = (data: WasmData) => {
    const start = data.memoryOffset / tf.util.bytesPerElement(data.dtype);
    return `wasm.${heaps[data.dtype]}.subarray(${start}, ${start + elementsOf(data)})`;
  };
  return `${view(to)}.set(${view(from)});`;
}
