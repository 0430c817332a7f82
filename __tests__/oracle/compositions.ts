import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import type { ActivationLayer } from '../../src/core/activation.js';
import * as activations from '../../src/core/activations.js';
import { HandgradError } from '../../src/core/errors.js';
import { readsIds } from '../../src/core/inputs.js';
import { batchShape, type Layer, type Shape, sizeOf } from '../../src/core/layer.js';
import * as makers from '../../src/core/layers.js';
import type { Loss } from '../../src/core/loss.js';
import * as losses from '../../src/core/losses.js';
import { headOf, type Network, network } from '../../src/core/network.js';
import { parametersOf } from '../../src/core/parameters.js';
import { RandomState } from '../../src/core/random.js';
import { type Params, tensor } from '../../src/core/tensors.js';
import { Draw, layerOptions, lossOptions } from './compositionOptions.js';

/*
 * Random networks of every layer, activation and loss that there is: what src/core/layers.ts,
 * activations.ts and losses.ts export. A new one takes part by itself where it needs no options;
 * where it does, compositionOptions.ts is the place to draw them.
 */

export const layerKinds: readonly string[] = [...Object.keys(makers), ...Object.keys(activations)];
export const lossKinds: readonly string[] = Object.keys(losses);

export interface Composition {
  readonly net: Network;
  readonly params: Params;
  readonly X: Tensor;
  readonly Y: Tensor;
  readonly training: boolean;
  /** Where among its layers the one of `kindOfSeed` is. */
  readonly at: number;
  /** Whether X is numbers, which have a gradient. */
  readonly dX: boolean;
  /** The layers, activations, losses and traits that it has. */
  readonly has: ReadonlySet<string>;
  readonly title: string;
}

/** Numbers in a sample on the way, and layers within layers, at most. */
const [maxSize, maxNesting] = [40, 2];

/** The layer that a network of this seed has at least. */
export const kindOfSeed = (seed: number): string => layerKinds[seed % layerKinds.length];

/** The random network of a seed, and where among its layers the one of `kindOfSeed` is. */
export const draft = (seed: number) => drafted(seed, new Draw(new RandomState(seed)));

/** The same with parameters, samples and labels in double precision. The caller owns them. */
export function compose(seed: number): Composition {
  const draw = new Draw(new RandomState(seed));
  return withSamples(drafted(seed, draw), draw, seed);
}

interface Draft {
  readonly net: Network;
  readonly at: number;
  readonly has: Set<string>;
}

function drafted(seed: number, draw: Draw): Draft {
  // A draw that does not fit is drawn anew.
  for (let attempt = 0; attempt < 200; attempt++) {
    const composer = new Composer(draw);
    const made = tried(() =>
      composer.network(kindOfSeed(seed), lossKinds[seed % lossKinds.length]),
    );
    if (made) return { ...made, has: composer.has };
  }
  throw new Error(`Seed ${seed}: no network has a ${kindOfSeed(seed)}.`);
}

class Composer {
  readonly has = new Set<string>();

  constructor(private readonly draw: Draw) {}

  network(kind: string, lossKind: string): { net: Network; at: number } {
    const { draw } = this;
    const isFirst = kind === 'embedding';
    const ids = isFirst || draw.chance(0.15);
    const input = ids ? [draw.between(1, 4)] : this.anyShape();
    const layers: Layer[] = ids ? [this.embedding(input, isFirst)] : [];
    const reach = () => shapeAfter(layers, input);
    if (!isFirst) {
      layers.push(...this.chain(reach(), draw.between(0, 2)));
      layers.push(...this.leadingTo(kind, reach()));
    }
    const at = layers.length - 1;
    layers.push(...this.chain(reach(), draw.between(0, 2)));
    const loss = this.loss(lossKind);
    layers.push(...this.head(loss, reach()));
    const l2 = draw.chance(0.5) ? 0.1 * draw.uniform() : 0;
    this.has.add(l2 > 0 ? 'l2' : 'no l2').add(ids ? 'ids' : layoutOf(input));
    const made = network({ input, layers, loss, l2 });
    return { net: draw.chance(0.2) ? { ...made, loss: this.apart(loss) } : made, at };
  }

  /** Layers behind each other, from a shape on. */
  chain(input: Shape, count: number, nesting = 0): Layer[] {
    const layers: Layer[] = [];
    for (let i = 0; i < count; i++) {
      const shape = shapeAfter(layers, input);
      for (let attempt = 0; attempt < 30; attempt++) {
        const layer = this.made(this.draw.pick(layerKinds), shape, nesting);
        if (!layer) continue;
        layers.push(layer);
        break;
      }
    }
    return layers;
  }

  /** A layer of a kind that takes this shape, if a draw gives one. */
  private made(kind: string, shape: Shape, nesting: number): Layer | undefined {
    const { has } = this;
    const inside = new Composer(this.draw);
    const layer = tried(() => {
      const made = inside.one(kind, shape, nesting);
      const fits = made.reads === undefined && sizeOf(made.output(shape)) <= maxSize;
      made.parameters(shape);
      return fits ? made : undefined;
    });
    if (!layer) return undefined;
    for (const name of [kind, ...inside.has]) has.add(name);
    return layer;
  }

  private one(kind: string, shape: Shape, nesting: number): Layer {
    if (kind === 'residual') return this.residual(shape, nesting + 1);
    if (kind === 'sequential') {
      return makers.sequential(this.nested(shape, this.draw.between(1, 3), nesting + 1));
    }
    return this.withOptions(kind, shape);
  }

  private withOptions(kind: string, shape: Shape): Layer {
    const make = ({ ...makers, ...activations } as Record<string, unknown>)[kind] as (
      options?: unknown,
    ) => Layer;
    const options = layerOptions[kind]?.(this.draw, shape);
    const { activation } = (options ?? {}) as { activation?: ActivationLayer };
    if (activation) this.has.add(activation.kind);
    return options === undefined ? make() : make(options);
  }

  private nested(shape: Shape, count: number, nesting: number): Layer[] {
    if (nesting > maxNesting) throw new NoFit('too deep');
    if (nesting > 1) this.has.add('a block in a block');
    const layers = this.chain(shape, count, nesting);
    if (layers.length === 0) throw new NoFit('an empty block');
    return layers;
  }

  /** Past the layers goes the input itself where it fits, or else through a shortcut that makes it fit. */
  private residual(shape: Shape, nesting: number): Layer {
    const layers = this.nested(shape, this.draw.between(1, 2), nesting);
    const output = shapeAfter(layers, shape);
    if (String(output) === String(shape) && this.draw.chance(0.7)) return makers.residual(layers);
    this.has.add('shortcut');
    const shortcut = [...this.chain(shape, this.draw.between(0, 1), nesting)];
    shortcut.push(...this.into(output, shapeAfter(shortcut, shape)));
    return makers.residual(layers, shortcut);
  }

  /** From one shape into another: in one step where only the features differ, else as a column. */
  private into(to: Shape, from: Shape): Layer[] {
    if (String(to.slice(0, -1)) === String(from.slice(0, -1))) {
      return [makers.dense({ units: to.at(-1)! })];
    }
    const flat = from.length > 1 ? [makers.flatten()] : [];
    const column = [...flat, makers.dense({ units: sizeOf(to) })];
    return to.length > 1 ? [...column, makers.reshape(to)] : column;
  }

  /** A layer of a kind, behind one that makes its input where it does not take this one. */
  private leadingTo(kind: string, shape: Shape): Layer[] {
    for (let attempt = 0; attempt < 60; attempt++) {
      const to = attempt < 10 ? shape : this.anyShape();
      const layer = this.made(kind, to, 0);
      if (layer) return [...(to === shape ? [] : this.into(to, shape)), layer];
    }
    throw new NoFit(kind);
  }

  /** The shape of a sample. */
  private anyShape(): number[] {
    const { draw } = this;
    const side = () => draw.between(1, 4);
    return draw.pick([
      () => [draw.between(1, 6)],
      () => [side(), draw.between(1, 3)],
      () => [side(), side(), draw.between(1, 3)],
    ])();
  }

  /** Alone, or first in a block. */
  private embedding(input: Shape, alone: boolean): Layer {
    const layer = this.withOptions('embedding', input);
    this.has.add('embedding');
    if (alone || this.draw.chance(0.8)) return layer;
    this.has.add('sequential');
    return makers.sequential([layer, ...this.chain(layer.output(input), 1, 1)]);
  }

  private loss(kind: string): Loss {
    this.has.add(kind);
    const loss = (losses as Record<string, unknown>)[kind] as Loss & ((options: object) => Loss);
    const options = lossOptions[kind]?.(this.draw);
    return options === undefined ? loss : loss(options);
  }

  /** The same loss, and not as one with the activation before it. */
  private apart({ name, config, takes, labels, forward, backward }: Loss): Loss {
    this.has.add('a loss apart');
    return { name, config, takes, labels, forward, backward };
  }

  /** What the loss takes. */
  private head({ takes }: Loss, shape: Shape): Layer[] {
    if (takes === 'number') return [];
    const g = takes === 'probability' ? 'sigmoid' : 'softmax';
    this.has.add(g);
    const least = takes === 'distribution' ? 2 : 1;
    const units = this.draw.between(least, 3);
    const last = (takes === 'probability' ? activations.sigmoid : activations.softmax)();
    if (shape.at(-1)! >= least && this.draw.chance(0.3)) return [last];
    this.has.add('dense');
    return [makers.dense({ units }), last];
  }
}

/** What does not fit is no network, and any other error is one. */
class NoFit extends HandgradError {}

function tried<T>(make: () => T): T | undefined {
  try {
    return make();
  } catch (error) {
    if (error instanceof HandgradError) return undefined;
    throw error;
  }
}

/** The shape of a sample behind some layers. */
export const shapeAfter = (layers: readonly Layer[], input: Shape): Shape =>
  layers.reduce((shape, layer) => layer.output(shape), input);

const layoutOf = ({ length }: Shape) => ['', 'columns', 'sequences', 'pictures'][length] ?? 'other';

function withSamples({ net, at, has }: Draft, draw: Draw, seed: number): Composition {
  const m = draw.between(1, 4);
  const training = draw.chance(0.75);
  const params = drawParameters(net, draw);
  const dX = !readsIds(net);
  const X = dX ? gaussian(draw, batchShape(net.input, m)) : drawIds(net, m, draw);
  const Y = drawLabels(net, m, draw);
  has.add(training ? 'training' : 'predicting').add(`m ${m}`);
  const title = `seed ${seed}: ${[...has].join(' ')}`;
  return { net, at, params, X, Y, training, dX, has, title };
}

const gaussian = (draw: Draw, shape: readonly number[]) =>
  tensor(draw.random.randn(sizeOf(shape)), shape);

/** As they start, and a little beside it: biases are not 0 then, and running variances stay above. */
function drawParameters(net: Network, draw: Draw): Params {
  return Object.fromEntries(
    Object.entries(parametersOf(net)).map(([name, P]) => {
      const start = P.initialize(draw.random);
      const aside = P.decays ? 0.1 : 0.3;
      const values = Float64Array.from(start.dataSync(), (value) => {
        const step = aside * draw.random.gauss();
        return value + (P.trained === false ? Math.abs(step) : step);
      });
      start.dispose();
      return [name, tensor(values, P.shape)];
    }),
  );
}

function drawIds({ layers, input }: Network, m: number, draw: Draw): Tensor {
  const ids = draw.random.randint(0, layers[0].reads!.ids, m * input[0]);
  return tf.tensor(ids, [m, input[0]], 'int32');
}

function drawLabels(net: Network, m: number, draw: Draw): Tensor {
  const { output, loss, units } = headOf(net);
  if (loss.labels === 'classes') {
    const shape = output.length === 1 ? [1, m] : [m, ...output.slice(0, -1)];
    return tensor(draw.random.randint(0, units, sizeOf(shape)), shape);
  }
  const shape = batchShape(output, m);
  if (loss.takes === 'number') return gaussian(draw, shape);
  const Y = Float64Array.from({ length: sizeOf(shape) }, () => draw.uniform());
  if (loss.takes === 'probability') {
    return tensor(draw.chance(0.5) ? Y.map(Math.round) : Y, shape);
  }
  return tf.tidy(() => {
    const axis = shape.length === 2 ? 0 : -1;
    const P = tensor(Y, shape);
    return tf.div(P, tf.sum(P, axis, true));
  });
}
