import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { linear, relu, sigmoid, softmax } from '../../../src/core/activations.js';
import { ModelError } from '../../../src/core/errors.js';
import { dense, flatten, normalization } from '../../../src/core/layers.js';
import { binaryCrossEntropy, categoricalCrossEntropy } from '../../../src/core/losses.js';
import { forward, initialize, network } from '../../../src/core/network.js';
import { RandomState } from '../../../src/core/random.js';
import { matrix, type Params } from '../../../src/core/tensors.js';
import { pictureToColumn } from '../../../src/data/pictures.js';
import { toLayersModel } from '../../../src/export/layersModel.js';
import { modelFiles } from '../../../src/export/modelVersion.js';
import { pictureAs, probabilities } from '../../../src/export/pictureModel.js';
import { type Get, type ListedModel, listModels, loadModel } from '../../../web/classify/models.js';
import { expectFlatMemory } from '../../support/memory.js';

const folder = new URL('https://example.org/some/folder/models/');
const net = network({
  nX: 12,
  layers: [dense(3, relu), dense(1, sigmoid)],
  loss: binaryCrossEntropy,
});
const card = {
  name: 'small',
  classNames: ['other', 'cat'],
  preprocessing: { height: 2, width: 2, channels: 3, scale: '1/255', resize: '' },
};
type Files = Record<string, string | Uint8Array | undefined>;

let params: Params;
/** The files of a model that is whole. */
let whole: Files;
beforeAll(async () => {
  await tf.setBackend('cpu');
  params = initialize(net, new RandomState(1));
  whole = {
    'index.json': '[{ "name": "small", "card": true }]',
    'small/card.json': JSON.stringify(card),
    ...named('small', modelFiles(await toLayersModel(net, params))),
  };
});
afterAll(() => tf.removeBackend('cpu'));

const named = (name: string, files: Files): Files =>
  Object.fromEntries(Object.entries(files).map(([file, bytes]) => [`${name}/${file}`, bytes]));

/** A server that has these files, and what it was asked for. */
function server(files: Files, asked: string[] = []): Get {
  return async (url) => {
    asked.push(url.href);
    const path = decodeURIComponent(url.href.slice(folder.href.length));
    const body = url.href.startsWith(folder.href) ? files[path] : undefined;
    return new Response((body ?? null) as BodyInit | null, {
      status: body === undefined ? 404 : 200,
    });
  };
}

/** What is said of the model, in the list or when it is loaded. */
async function troubleWith(change: Files): Promise<string> {
  const get = server({ ...whole, ...change });
  const [listed] = await listModels(folder, get);
  if (listed.trouble) return listed.trouble;
  const loading = expectFlatMemory(() => loadModel(folder, listed, get));
  await expect(loading).rejects.toThrow(ModelError);
  return loading.then(String, ({ message }: Error) => message);
}

const changed = (change: (model: Model) => void): string => {
  const model = JSON.parse(whole['small/model.json'] as string);
  change(model);
  return JSON.stringify(model);
};
type Model = {
  weightsManifest: { paths: string[]; weights: { name: string; shape: number[] }[] }[];
  userDefinedMetadata: { loss: string };
  modelTopology: { config: { layers: { config: { units: number; activation: string } }[] } };
};

test('a model is listed with its card, and loaded as it was saved', async () => {
  const asked: string[] = [];
  const get = server(whole, asked);
  const [listed, ...others] = await listModels(folder, get);
  expect(others).toEqual([]);
  expect(listed).toMatchObject({ name: 'small', card });
  expect(asked.some((url) => url.endsWith('weights.bin'))).toBe(false); // only when it is chosen
  const loaded = await loadModel(folder, listed, get);
  expect(loaded.input).toEqual({ height: 2, width: 2 });
  tf.tidy(() => {
    const X = matrix(new RandomState(2).rand(12), [12, 1]);
    const [own, theirs] = [params, loaded.params].map((P) => forward(net, P, X).AL.dataSync()[0]);
    expect(theirs).toBe(own);
  });
  tf.dispose({ ...loaded.params });
});

test('grey pictures in three classes, behind a layer that scales them', async () => {
  const layers = [normalization({ mean: [100], variance: [2500] }), flatten(), dense(3, softmax)];
  const grey = network({ input: [2, 2, 1], layers, loss: categoricalCrossEntropy });
  const own = initialize(grey, new RandomState(3));
  const preprocessing = { height: 2, width: 2, channels: 1, scale: '1', resize: '' };
  const get = server({
    'index.json': '[{ "name": "grey", "card": true }]',
    'grey/card.json': JSON.stringify({ ...card, classNames: ['a', 'b', 'c'], preprocessing }),
    ...named('grey', modelFiles(await toLayersModel(grey, own))),
  });
  const [listed] = await listModels(folder, get);
  const { network: net, params, input, card: read } = await loadModel(folder, listed, get);
  expect(input).toEqual({ height: 2, width: 2, channels: 1, divisor: 1 });
  // (100 - 100) / 50 is 0 in each pixel: the scores are b alone, and all 0 at first.
  const data = new Uint8Array(12).fill(100);
  const X = await pictureToColumn({ data, width: 2, height: 2 }, input);
  const AL = tf.tidy(() => forward(net, params, pictureAs(X, net)).AL.dataSync());
  const said = probabilities(AL, net, read, 'grey');
  expect(said.map(({ name }) => name)).toEqual(['a', 'b', 'c']);
  for (const { probability } of said) expect(probability).toBeCloseTo(1 / 3, 6);
  tf.dispose([X, { ...params }, { ...own }]);
});

test('a model of a table is refused with a sentence', async () => {
  const columns = [{ name: 'size', kind: 'number' }];
  const { preprocessing: _, ...others } = card;
  const table = { ...others, input: { kind: 'table', columns, target: ['kind'] } };
  expect(await troubleWith({ 'small/card.json': JSON.stringify(table) })).toBe(
    'models/small takes rows of a table, and this page has pictures for it. Choose another model.',
  );
});

test('without a card it is taken for square pictures', async () => {
  const get = server({ ...whole, 'index.json': '[{ "name": "small", "card": false }]' });
  const [listed] = await listModels(folder, get);
  expect(listed).toEqual({ name: 'small', card: undefined, manifest: expect.anything() });
  const loaded = await loadModel(folder, listed, get);
  expect(loaded.input).toEqual({ height: 2, width: 2 });
  tf.dispose({ ...loaded.params });
});

describe('a model that is not right is refused with a sentence that names the file', () => {
  test.each<[string, () => Files, RegExp]>([
    ['model.json missing', () => ({ 'small/model.json': undefined }), /^models\/small\/model\.json could not be fetched: the server says 404/],
    ['model.json broken', () => ({ 'small/model.json': '{"format"' }), /^models\/small\/model\.json is no tfjs LayersModel/],
    ['a page in its place', () => ({ 'small/model.json': '<!DOCTYPE html><p>404' }), /^In place of models\/small\/model\.json the server gives a web page/],
    ['a page in place of the card', () => ({ 'small/card.json': '<html>' }), /^In place of models\/small\/card\.json the server gives a web page/],
    ['a card that is broken', () => ({ 'small/card.json': '{' }), /^models\/small\/card\.json is no JSON/],
    ['a card that is none', () => ({ 'small/card.json': '[]' }), /^models\/small\/card\.json is no model card/],
    ['a card of other pictures', () => ({ 'small/card.json': JSON.stringify({ ...card, preprocessing: { ...card.preprocessing, width: 9 } }) }), /^models\/small: The card of small says pictures of 2x9x3/],
    ['a card of other classes', () => ({ 'small/card.json': JSON.stringify({ ...card, classNames: ['a', 'b', 'c'] }) }), /^models\/small: The card of small names 3 classes/],
    ['weights missing', () => ({ 'small/weights.bin': undefined }), /^models\/small\/weights\.bin could not be fetched: the server says 404/],
    ['weights short', () => ({ 'small/weights.bin': (whole['small/weights.bin'] as Uint8Array).subarray(1) }), /^models\/small\/weights\.bin has 171 bytes, but model\.json declares 172/],
    ['weights long', () => ({ 'small/weights.bin': new Uint8Array(173) }), /^models\/small\/weights\.bin has more than the 172 bytes/],
    ['weights of other bytes', () => ({ 'small/weights.bin': new Uint8Array(172) }), /^models\/small\/weights\.bin has other bytes than were saved, by their SHA-256/],
    ['a path that climbs out', () => ({ 'small/model.json': changed((m) => { m.weightsManifest[0].paths = ['../../secret.bin']; }) }), /^models\/small\/model\.json names weights outside its folder: \.\.\/\.\.\/secret\.bin/],
    ['a path to another host', () => ({ 'small/model.json': changed((m) => { m.weightsManifest[0].paths = ['https://elsewhere.example/w.bin']; }) }), /names weights outside its folder: https:/],
    ['a huge declared size', () => ({ 'small/model.json': changed((m) => { m.weightsManifest[0].weights[0].shape = [1e6, 1e6]; }) }), /^models\/small\/model\.json declares 4000000000028 bytes of weights, and a page takes 268435456/],
    ['other shapes', () => ({ 'small/model.json': changed((m) => { m.weightsManifest[0].weights[0].shape = [3, 12]; }) }), /^models\/small: The weight dense_1\/kernel is \(3, 12\), but its layer needs \(12, 3\)/],
    ['other units', () => ({ 'small/model.json': changed((m) => { m.modelTopology.config.layers[0].config.units = 1e6; }) }), /^models\/small: The weight dense_1\/kernel is \(12, 3\), but its layer needs \(12, 1000000\)/],
    ['a trillion units', () => ({ 'small/model.json': changed((m) => { m.modelTopology.config.layers[0].config.units = 1e12; }) }), /^models\/small: .* dense 1 would have a W of 1000000000000 x 12 numbers/],
    ['outputs that are no probabilities', () => ({ 'small/model.json': changed((m) => { m.modelTopology.config.layers[1].config.activation = linear.name; m.userDefinedMetadata.loss = 'meanSquaredError'; }) }), /^models\/small: The last layer of small is linear/],
  ])('%s', async (_, change, message) => {
    expect(await troubleWith(change())).toMatch(message);
  }); // biome-ignore format: a case each

  test('and nothing outside its folder is asked for', async () => {
    const asked: string[] = [];
    const model = changed((m) => {
      m.weightsManifest[0].paths = ['..%2F..%2Fsecret.bin'];
    });
    const get = server({ ...whole, 'small/model.json': model }, asked);
    const [listed] = await listModels(folder, get);
    await expect(loadModel(folder, listed, get)).rejects.toThrow(/could not be fetched/);
    expect(asked.filter((url) => !url.startsWith(folder.href))).toEqual([]);
    expect(asked.at(-1)).toBe(`${folder.href}small/..%252F..%252Fsecret.bin`);
  });

  test('and the others of the list stay', async () => {
    const files = { ...whole, 'index.json': '[{ "name": "gone" }, { "name": "small" }]' };
    const [gone, small] = await listModels(folder, server(files));
    expect(gone.trouble).toMatch(/models\/gone\/model\.json could not be fetched/);
    expect(small.trouble).toBeUndefined();
  });

  test('a server that does not answer', async () => {
    const get: Get = async () => {
      throw new TypeError('Failed to fetch');
    };
    await expect(listModels(folder, get)).rejects.toThrow(
      'models/index.json could not be fetched: the server does not answer. Look at the connection, and reload the page.',
    );
  });

  test.each(['{}', '[1]', '[null]', 'null'])('a list of models of %s', async (text) => {
    await expect(listModels(folder, server({ 'index.json': text }))).rejects.toThrow(
      'models/index.json is no list of models.',
    );
  });

  test('one whose trouble is known is not fetched', async () => {
    const listed: ListedModel = { name: 'small', trouble: 'It is broken.' };
    await expect(loadModel(folder, listed, server(whole))).rejects.toThrow('It is broken.');
  });
});
