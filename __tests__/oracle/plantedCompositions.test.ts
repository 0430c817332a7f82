import { beforeAll, describe, expect, test } from '@jest/globals';
import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { type Backward, type Layer, samplesIn } from '../../src/core/layer.js';
import { sequential } from '../../src/core/layers.js';
import type { Network } from '../../src/core/network.js';
import { parametersOf } from '../../src/core/parameters.js';
import { FLOAT64 } from '../../src/float64/index.js';
import { checkNetwork, subjectOf } from '../../src/oracle/check.js';
import {
  type Composition,
  compose,
  draft,
  kindOfSeed,
  layerKinds,
  shapeAfter,
} from './compositions.js';

/*
 * Mistakes in the backward step of one layer of a random network: the oracle must find each, and
 * name gradients of that layer, or of those that its dX reaches.
 */

beforeAll(async () => {
  await tf.setBackend(FLOAT64);
});

/** A wrong tensor in place of a gradient of m samples. */
type Spoil = (dP: Tensor, m: number) => Tensor;

const backwards: Spoil = (dP) => tf.reshape(tf.reverse(tf.reshape(dP, [-1])), dP.shape);
/** As a product that is transposed gives it, read in the shape of the right one. */
const transposed: Spoil = (dP) => {
  const rows = tf.reshape(dP, [dP.shape[0], -1]);
  return rows.shape.includes(1) ? backwards(dP, 1) : tf.reshape(tf.transpose(rows), dP.shape);
};
const withoutLargest: Spoil = (dP) => {
  const sizes = tf.abs(dP);
  return tf.mul(dP, tf.cast(tf.notEqual(sizes, tf.max(sizes)), 'float32'));
};
const withoutNegatives: Spoil = (dP) => tf.relu(dP);

const ofDX: Readonly<Record<string, Spoil>> = {
  'dX a thousandth too large': (dX) => tf.mul(dX, 1.001),
  'dX zero': (dX) => tf.zerosLike(dX),
  'dX without its largest element': withoutLargest,
  'dX without its negative terms': withoutNegatives,
  'dX of a transposed product': transposed,
};
const ofGrad: Readonly<Record<string, Spoil>> = {
  'a gradient without 1/m': (dP, m) => tf.mul(dP, m),
  'a gradient a thousandth too large': (dP) => tf.mul(dP, 1.001),
  'a gradient without its largest element': withoutLargest,
  'a gradient of a transposed product': transposed,
};

/** The layer with a mistake. */
function spoiled(layer: Layer, spoil: (right: Backward, m: number) => Backward): Layer {
  const backward: Layer['backward'] = (dY, ...rest) =>
    spoil(layer.backward(dY, ...rest), samplesIn(dY));
  return { ...layer, backward };
}

const withDX =
  (spoil: Spoil) =>
  (right: Backward, m: number): Backward => ({ ...right, dX: () => spoil(right.dX(), m) });
const withGrad =
  (name: string, spoil: Spoil) =>
  (right: Backward, m: number): Backward => ({
    ...right,
    grads: { ...right.grads, [name]: spoil(right.grads[name], m) },
  });

interface Planted {
  readonly on: Composition;
  readonly right: Network;
  readonly wrong: Network;
}

/** In every other network it is the layer of a block. */
function planted(on: Composition, seed: number, spoil: Parameters<typeof spoiled>[1]): Planted {
  const { net, at } = on;
  const put = (layer: Layer): Network => {
    const placed = seed % 2 === 0 ? layer : sequential([layer]);
    return { ...net, layers: net.layers.map((one, i) => (i === at ? placed : one)) };
  };
  const [right, wrong] = [put(net.layers[at]), put(spoiled(net.layers[at], spoil))];
  const names = Object.keys(parametersOf(wrong));
  const params = Object.fromEntries(Object.values(on.params).map((P, i) => [names[i], P]));
  return { on: { ...on, params }, right, wrong };
}

/** Names of the gradients before a layer, and of its own. */
function gradientsAt({ input, layers }: Network, at: number) {
  const until = (end: number) =>
    Object.entries(parametersOf({ input, layers: layers.slice(0, end) })).flatMap(
      ([name, { trained = true }]) => (trained ? [`d${name}`] : []),
    );
  const before = until(at);
  return { before, own: until(at + 1).slice(before.length) };
}

/** How far the gradients of two networks lie apart, by name. */
function apart({ right, wrong, on: { params, X, Y, dX, training } }: Planted) {
  return tf.tidy(() => {
    const gradientsOf = (net: Network) => {
      const { backward, forward, ...on } = subjectOf(net, { params, X, Y }, { dX, training });
      const own = on.params as Record<string, Tensor>;
      return backward(tf, own, X, Y, forward(tf, own, X, Y).cache);
    };
    const [hand, off] = [gradientsOf(right), gradientsOf(wrong)];
    return Object.entries(hand).map(([name, dP]) => {
      const by = tf.max(tf.abs(tf.sub(dP, off[name]))).dataSync()[0];
      return [name, by / Math.max(1e-3, tf.max(tf.abs(dP)).dataSync()[0])] as const;
    });
  });
}

const failingOf = async (net: Network, on: Composition, dX = on.dX) => {
  const { params, X, Y, training } = on;
  const report = await checkNetwork(net, params, X, Y, {
    ...{ dX, training, samples: 0 },
    explainSeconds: 0, // which gradients are wrong is the question here, not why
  });
  const failing = report.parameters.filter(({ passed }) => !passed).map(({ name }) => name);
  expect(report.passed).toBe(failing.length === 0);
  return failing;
};

/** The first network with the kind in which the mistake changes a gradient. */
function networkWith(kind: string, plant: (on: Composition, seed: number) => Planted | undefined) {
  for (
    let seed = layerKinds.indexOf(kind);
    seed < 40 * layerKinds.length;
    seed += layerKinds.length
  ) {
    expect(kindOfSeed(seed)).toBe(kind);
    const on = compose(seed);
    const made = plant(on, seed);
    if (made) {
      const spoils = apart(made).flatMap(([name, off]) => (off > 1e-4 ? [name] : []));
      if (spoils.length > 0) return { ...made, spoils };
    }
    tf.dispose([on.params, on.X, on.Y]);
  }
  return undefined;
}

/** Checks the first such network, and gives what must be true of what fails. */
async function check(kind: string, plant: (on: Composition, seed: number) => Planted | undefined) {
  const found = networkWith(kind, plant);
  if (!found) throw new Error(`In no network of ${kind} does the mistake change a gradient.`);
  const { on, wrong, spoils } = found;
  const failing = await failingOf(wrong, on);
  tf.dispose([on.params, on.X, on.Y]);
  return { failing, spoils, ...gradientsAt(wrong, on.at) };
}

describe.each(layerKinds.filter((kind) => kind !== 'embedding'))('%s: dX', (kind) => {
  test.each(Object.entries(ofDX))('%s', async (_, spoil) => {
    const { failing, spoils, before } = await check(kind, (on, seed) =>
      planted(on, seed, withDX(spoil)),
    );
    expect(failing).toEqual(expect.arrayContaining(spoils));
    expect([...before, 'dA0']).toEqual(expect.arrayContaining(failing));
  });
});

/** Kinds that have parameters, or may. */
const withParameters = layerKinds.filter((kind) =>
  [0, 1, 2].some((round) => {
    const { net, at } = draft(layerKinds.indexOf(kind) + round * layerKinds.length);
    return gradientsAt(net, at).own.length > 0;
  }),
);

test('all kinds that have parameters', () => {
  for (const kind of ['conv2d', 'embedding', 'gru', 'layerNorm', 'residual', 'selfAttention']) {
    expect(withParameters).toContain(kind);
  }
});

describe.each(withParameters)('%s: gradients', (kind) => {
  test.each(Object.entries(ofGrad))('%s', async (_, spoil) => {
    const { failing, spoils, own } = await check(kind, (on, seed) => {
      const { layers, input } = on.net;
      const parameters = layers[on.at].parameters(shapeAfter(layers.slice(0, on.at), input));
      const names = Object.keys(parameters).filter((name) => parameters[name].trained !== false);
      if (names.length === 0) return undefined;
      // Another one in each network.
      return planted(on, seed, withGrad(`d${names[seed % names.length]}`, spoil));
    });
    expect(failing).toEqual(spoils);
    expect(spoils).toHaveLength(1);
    expect(own).toContain(failing[0]);
  });
});

test('a wrong dX of the first layer shows with dX alone', async () => {
  let seen = 0;
  for (let seed = 0; seen < 5; seed++) {
    const on = compose(seed);
    if (on.at === 0 && on.dX && Object.keys(on.params).length > 0) {
      const made = planted(on, seed, withDX(ofDX['dX a thousandth too large']));
      if (apart(made).some(([, off]) => off > 1e-4)) {
        expect(await failingOf(made.wrong, made.on, false)).toEqual([]);
        expect(await failingOf(made.wrong, made.on, true)).toEqual(['dA0']);
        seen++;
      }
    }
    tf.dispose([on.params, on.X, on.Y]);
  }
});
