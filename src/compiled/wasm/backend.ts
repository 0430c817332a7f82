import type { DataId, DataType, KernelBackend, TensorInfo } from '@tensorflow/tfjs-core';
import { util } from '@tensorflow/tfjs-core';

/*
 * The parts of tfjs-backend-wasm that recording relies on; the package has no types for them. A
 * tensor's data is at `memoryOffset` in the heap, and the kernels, plain C functions, look it up by
 * id.
 */

export interface WasmData {
  readonly id: number;
  readonly memoryOffset: number;
  readonly shape: readonly number[];
  readonly dtype: DataType;
  refCount: number;
}

/** A kernel argument: a number, which may be an id, or the bytes of a small array. */
export type Argument = number | boolean | Uint8Array | null;
export type RawFunction = (...args: number[]) => void;

export interface WasmModule {
  readonly HEAPU8: Uint8Array;
  readonly HEAPF32: Float32Array;
  readonly HEAP32: Int32Array;
  /** The module's exports. In a threaded build the memory is shared. */
  readonly asm?: { readonly memory?: WebAssembly.Memory };
  cwrap(name: string, returns: string | null, types: string[]): (...args: Argument[]) => unknown;
  _malloc(bytes: number): number;
  _free(address: number): void;
  readonly _register_tensor: RawFunction;
  readonly _dispose_data: RawFunction;
}

export interface WasmBackend extends KernelBackend {
  readonly wasm: WasmModule;
  readonly dataIdMap: { get(dataId: DataId): WasmData; has(dataId: DataId): boolean };
  makeOutput(shape: number[], dtype: DataType): TensorInfo;
  typedArrayFromHeap(info: TensorInfo): Float32Array | Int32Array | Uint8Array;
}

export const elementsOf = ({ shape }: WasmData): number => util.sizeFromShape([...shape]);

/** The C function behind a kernel. */
export const rawFunction = (wasm: WasmModule, kernel: string) =>
  (wasm as unknown as Record<string, RawFunction>)[`_${kernel}`];

/** The memory our own code can import; not that of a threaded build, which has another type. */
export function ownMemory({ wasm }: WasmBackend): WebAssembly.Memory | undefined {
  const memory = wasm.asm?.memory;
  // By its name, as a page's frame and a test have an ArrayBuffer class of their own.
  return String(memory?.buffer) === '[object ArrayBuffer]' ? memory : undefined;
}
