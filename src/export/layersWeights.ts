import type { io } from '@tensorflow/tfjs-core';
import { ModelError } from '../core/errors.js';
import type { Shape } from '../core/layer.js';
import { sizeOf } from '../core/layer.js';
import { float16 } from '../files/halves.js';
import { joined } from './bytes.js';

/*
 * The weights of a LayersModel: plain float32, or quantized by the converter. Source: tfjs-core,
 * io_utils.ts, decodeWeights.
 */

/** Bytes of a number as it lies in the file, by what it is quantized to. */
const quantizedSizes = new Map([
  ['float16', 2],
  ['uint16', 2],
  ['uint8', 1],
]);

/** The bytes of a weight; undefined if it is nothing that handgrad reads. */
export function byteLengthOf({ shape, dtype, quantization }: io.WeightsManifestEntry) {
  if (dtype !== 'float32') return undefined;
  const size = quantization ? quantizedSizes.get(quantization.dtype) : 4;
  return size === undefined ? undefined : size * sizeOf(shape);
}

/** Hands out weights by name and shape, each once. @throws ModelError */
export function layersWeights({ weightSpecs = [], weightData }: io.ModelArtifacts) {
  const bytes = joined(weightData);
  const spans = new Map<string, { spec: io.WeightsManifestEntry; start: number }>();
  const quantizations = new Set<string>();
  const places = new Map<string, string[]>();
  let start = 0;
  for (const spec of weightSpecs) {
    const { name, dtype, quantization, group } = spec;
    if (typeof name !== 'string') {
      throw new ModelError(`The model holds a weight without a name. Save the model again.`);
    }
    const length = byteLengthOf(spec);
    if (length === undefined) {
      throw new ModelError(
        `Weight ${name} is ${quantization ? `quantized to ${quantization.dtype}` : dtype}; handgrad reads float32, plain or quantized to uint8, uint16 or float16.`,
      );
    }
    assertQuantization(spec);
    // What tfjs goes on training from is left out.
    if (spans.has(name)) throw new ModelError(`The model holds the weight ${name} twice.`);
    if (group !== 'optimizer') {
      spans.set(name, { spec, start });
      notePlaces(places, name);
    }
    if (quantization) quantizations.add(quantization.dtype);
    start += length;
  }
  if (start !== bytes.byteLength) {
    throw new ModelError(
      `The weights have ${bytes.byteLength} bytes, but the model declares ${start}. Save the model again.`,
    );
  }
  return {
    /**
     * The full name of a layer's weight: lstm/kernel may be sequential/lstm/lstm_cell/kernel. Of several
     * the first that is left, as equal names stand in the order of the layers.
     */
    nameOf: (layer: string, weight: string): string => {
      const plain = `${layer}/${weight}`;
      if (spans.has(plain)) return plain;
      const fits = (name: string) =>
        spans.has(name) && name.replace(/:\d+$/, '').endsWith(`/${weight}`);
      return places.get(placeKey(layer, weight.split('/').at(-1)!))?.find(fits) ?? plain;
    },
    take: (name: string, shape: Shape): Float32Array => {
      const span = spans.get(name);
      if (!span) throw new ModelError(`The weight ${name} is missing in the model.`);
      if (String(span.spec.shape) !== String(shape)) {
        throw new ModelError(
          `The weight ${name} is (${span.spec.shape.join(', ')}), but its layer needs (${shape.join(', ')}).`,
        );
      }
      spans.delete(name);
      return valuesOf(span.spec, bytes.slice(span.start, span.start + byteLengthOf(span.spec)!));
    },
    assertAllRead: () => {
      const [extra] = spans.keys();
      if (extra === undefined) return;
      throw new ModelError(`The model holds the weight ${extra}, which none of its layers takes.`);
    },
    note:
      quantizations.size === 0
        ? undefined
        : `Its weights were quantized to ${[...quantizations].join(' and ')}; they are what is left of the original's.`,
  };
}

const placeKey = (layer: string, weight: string) => `${layer}\n${weight}`;

/** Notes a weight's name under each layer in its path. */
function notePlaces(places: Map<string, string[]>, name: string): void {
  const path = name.replace(/:\d+$/, '').split('/');
  const weight = path.pop()!;
  for (const layer of new Set(path)) {
    const key = placeKey(layer, weight);
    const same = places.get(key);
    if (same) same.push(name);
    else places.set(key, [name]);
  }
}

export type LayersWeights = ReturnType<typeof layersWeights>;

function assertQuantization({ name, quantization }: io.WeightsManifestEntry): void {
  if (!quantization || quantization.dtype === 'float16') return;
  const { scale, min } = quantization as { scale?: unknown; min?: unknown };
  if (Number.isFinite(scale) && Number.isFinite(min)) return;
  throw new ModelError(
    `Weight ${name} is quantized with the scale ${scale} and the min ${min}; expected two numbers. Convert the model again.`,
  );
}

function valuesOf({ quantization }: io.WeightsManifestEntry, bytes: ArrayBuffer): Float32Array {
  if (!quantization) return new Float32Array(bytes);
  const { dtype, scale, min } = quantization as { dtype: string; scale: number; min: number };
  if (dtype === 'float16') return Float32Array.from(new Uint16Array(bytes), float16);
  const stored = dtype === 'uint8' ? new Uint8Array(bytes) : new Uint16Array(bytes);
  return Float32Array.from(stored, (value) => value * scale + min);
}
