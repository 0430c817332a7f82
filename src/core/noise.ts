import type { Network } from './definition.js';
import { batchShape, type Shape, sizeOf } from './layer.js';
import { placesOf } from './places.js';
import type { RandomState } from './random.js';
import { type Params, tensor } from './tensors.js';

/*
 * The uniform draws of a training step, such as those behind dropout's masks. They are inputs of
 * the step, drawn anew for each from the run's random stream: so a recorded step gets new ones too.
 */

export type NoiseShapes = Readonly<Record<string, Shape>>;

/** The shape of each draw for one sample: { U3, … }, numbered by the layers' positions. */
export function noiseOf({ layers, input }: Network): NoiseShapes {
  const noisy = placesOf(layers, input).filter(({ names }) => names.noise.length > 0);
  const shapes = noisy.flatMap(({ layer, names, input }) =>
    names.noise.map(([own, around]) => [around, layer.noise!(input)[own]]),
  );
  return Object.fromEntries(shapes);
}

/** Fills numbers with draws of a stream, as `random.fill` does. */
export type Fill = (random: RandomState, draws: Float64Array | Float32Array) => void;
const ownFill: Fill = (random, draws) => random.fill(draws);

/** The draws for m samples, from [0, 1). The caller owns them. */
export const drawNoise = (
  shapes: NoiseShapes,
  m: number,
  random: RandomState,
  fill: Fill = ownFill,
): Params =>
  Object.fromEntries(
    Object.entries(shapes).map(([name, sample]) => {
      const shape = batchShape(sample, m);
      const draws = new Float64Array(sizeOf(shape));
      fill(random, draws);
      return [name, tensor(draws, shape)];
    }),
  );

/**
 * The same for as many steps, one behind the other: (steps, …) for each draw, in float32. The stream
 * goes as far as by `drawNoise` at each step. The caller owns them.
 */
export function drawNoiseOfSteps(
  shapes: NoiseShapes,
  m: number,
  steps: number,
  random: RandomState,
  fill: Fill = ownFill,
): Params {
  const tables = Object.entries(shapes).map(([name, sample]) => {
    const shape = batchShape(sample, m);
    const size = sizeOf(shape);
    return { name, shape: [steps, ...shape], size, draws: new Float32Array(steps * size) };
  });
  for (let step = 0; step < steps; step++) {
    for (const { size, draws } of tables) {
      fill(random, draws.subarray(step * size, (step + 1) * size));
    }
  }
  return Object.fromEntries(tables.map(({ name, shape, draws }) => [name, tensor(draws, shape)]));
}
