import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import * as tfjs from '@tensorflow/tfjs';
import { cases, tensorsOf } from '../../../scripts/verify-exports/cases.js';
import * as activations from '../../../src/core/activations.js';
import { ModelError } from '../../../src/core/errors.js';
import { disposeReplaced } from '../../../src/core/tensors.js';
import { fileSystem } from '../../../src/export/files.js';
import { tfjsLayers } from '../../../src/export/formats/tfjsLayers.js';
import { loadModel } from '../../../src/export/modelFolder.js';
import { anyBackend } from '../../support/backends.js';
import { expectFlatMemory } from '../../support/memory.js';
import { bits, drawn } from '../../support/storedNetworks.js';
import { temporaryFolder } from '../../support/temporaryFolder.js';

const all = await cases();
beforeAll(anyBackend);
const root = temporaryFolder();

describe('plain tf.loadLayersModel gives the same probabilities, on 100 random inputs', () => {
  test.each(all)('$name', async ({ network, weights, m, X, AL }) => {
    await anyBackend();
    const path = join(root, 'plain');
    await tfjsLayers.save(path, { network, params: tensorsOf(weights) });
    const model = await tfjs.loadLayersModel(fileSystem(path));
    const rows = tfjs.transpose(tfjs.tensor2d(X, [network.nX, m])); // (m, n_x)
    const columns = tfjs.transpose(model.predict(rows) as tfjs.Tensor2D); // (n_y, m)
    expect(columns.size).toBe(AL.length);
    const apart = Math.max(...columns.dataSync().map((a, i) => Math.abs(a - AL[i])));
    expect(apart).toBeLessThanOrEqual(1e-5);
  });
});

/*
 * Netron draws the layers that stand in model.json, in their order, with their shapes. It cannot be run
 * here: what TensorFlow.js builds from the same lines is read as the graph instead.
 */
test('the graph is the network: layers in a chain, with their shapes and activations', async () => {
  const { leakyRelu, softmax } = activations;
  const path = join(root, 'graph');
  await tfjsLayers.save(path, drawn(leakyRelu, softmax));
  const { layers, inputs, outputs } = await tfjs.loadLayersModel(fileSystem(path));
  const told = layers.map((layer) => ({
    type: layer.getClassName(),
    output: layer.outputShape,
    activation: layer.getConfig().activation,
    weights: layer.getWeights().map(({ shape }) => shape),
  }));
  expect(told.filter(({ type }) => type !== 'InputLayer')).toEqual([
    { type: 'Dense', output: [null, 4], activation: 'linear', weights: [[5, 4], [4]] },
    { type: 'LeakyReLU', output: [null, 4], activation: undefined, weights: [] },
    { type: 'Dense', output: [null, 3], activation: 'softmax', weights: [[4, 3], [3]] },
  ]);
  expect(layers.at(1)!.getConfig().alpha ?? layers.at(2)!.getConfig().alpha).toBe(0.01);
  expect(inputs.map(({ shape }) => shape)).toEqual([[null, 5]]);
  expect(outputs.map(({ shape }) => shape)).toEqual([[null, 3]]);
  // Each layer takes what the one before it gives.
  const chained = layers.slice(1).map((layer, i) => layer.input === layers[i].output);
  expect(chained.every(Boolean)).toBe(true);
});

test('the card goes along', async () => {
  const cat = await loadModel(new URL('../../../models/cat', import.meta.url).href);
  const path = join(root, 'cat');
  await tfjsLayers.save(path, cat);
  const loaded = await tfjsLayers.load!(path, {});
  expect(loaded.card).toEqual(cat.card);
  expect(bits(loaded.params)).toEqual(bits(cat.params));
  for (const { params } of [cat, loaded]) disposeReplaced(params, {});
});

/** Every place in a JSON value, as the keys that lead there. */
function places(value: unknown): string[][] {
  if (typeof value !== 'object' || value === null) return [[]];
  const inside = Object.entries(value).flatMap(([key, part]) =>
    places(part).map((place) => [key, ...place]),
  );
  return [[], ...inside];
}

function withValue(value: unknown, place: readonly string[], other: unknown): unknown {
  if (place.length === 0) return other;
  const [key, ...rest] = place;
  const copy = structuredClone(value) as Record<string, unknown>;
  copy[key] = withValue(copy[key], rest, other);
  return copy;
}

test('any value of model.json in the place of which something else stands: a ModelError, or the same bits', async () => {
  const path = join(root, 'mutated');
  const { network, params } = drawn();
  await tfjsLayers.save(path, { network, params });
  const file = join(path, 'model.json');
  const model = JSON.parse(readFileSync(file, 'utf8'));
  const others = [null, 5, -1, 1e300, 'x', '../x', true, [], {}, [null], [[]], { a: null }];
  let refused = 0;
  const unlike: string[] = [];
  for (const place of places(model)) {
    for (const other of others) {
      writeFileSync(file, JSON.stringify(withValue(model, place, other)));
      await expectFlatMemory(async () => {
        const read = await tfjsLayers.load!(path, {}).catch((error: Error) => error);
        if (read instanceof ModelError) refused++;
        else if (read instanceof Error)
          unlike.push(`${place.join('.')}: ${JSON.stringify(other)}: ${read}`);
        else {
          expect(bits(read.params)).toEqual(bits(params));
          disposeReplaced(read.params, {});
        }
      });
    }
  }
  expect(unlike).toEqual([]);
  expect(refused).toBeGreaterThan(200);
});
