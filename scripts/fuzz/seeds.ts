import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import jpegJs from 'jpeg-js';
import {
  bigEndianH5,
  booleanH5,
  gzipParquet,
  snappyParquet,
  stringsH5,
} from '../../__tests__/data/formats/fixtures.js';
import { npyOf, npzOf } from '../../__tests__/data/formats/npyBytes.js';
import { exifBlock, jpegOf, png, withOrientation } from '../../__tests__/data/pictureFixtures.js';
import { relu, sigmoid, softmax } from '../../src/core/activations.js';
import {
  batchNorm,
  conv2d,
  dense,
  flatten,
  lstm,
  maxPool2d,
  residual,
} from '../../src/core/layers.js';
import { binaryCrossEntropy, categoricalCrossEntropy } from '../../src/core/losses.js';
import { initialize, network } from '../../src/core/network.js';
import { RandomState } from '../../src/core/random.js';
import { disposeReplaced } from '../../src/core/tensors.js';
import { writePictureFile } from '../../src/data/hdf5.js';

import type { FileFormat } from '../../src/export/format.js';
import * as formats from '../../src/export/formats/index.js';
import { toLayersModel } from '../../src/export/layersModel.js';
import { modelFiles } from '../../src/export/modelVersion.js';
import { smallNetwork } from './readers.js';

/** A folder as a file, so that it can be changed as one: name, length and bytes of each. */
export type Seed = Uint8Array | Readonly<Record<string, Uint8Array>>;

const golden = (name: string) =>
  new Uint8Array(
    readFileSync(fileURLToPath(new URL(`../../__tests__/goldens/${name}`, import.meta.url))),
  );

function networks() {
  const loss = categoricalCrossEntropy;
  return [
    smallNetwork(),
    network({
      input: [6, 6, 1],
      layers: [
        conv2d({ filters: 2, kernelSize: 3, activation: relu }),
        batchNorm(),
        maxPool2d({ poolSize: 2 }),
        residual([conv2d({ filters: 2, kernelSize: 3, padding: 'same' })]),
        flatten(),
        dense(3, softmax),
      ],
      loss,
    }),
    network({
      input: [4, 2],
      layers: [lstm({ units: 3 }), dense(1, sigmoid)],
      loss: binaryCrossEntropy,
    }),
  ];
}

async function models(): Promise<Record<string, Seed[]>> {
  const seeds: Record<string, Seed[]> = { folder: [] };
  const files: [string, FileFormat][] = [
    ['model.npz', formats.npz],
    ['model.safetensors', formats.safetensors],
    ['model.keras', formats.keras],
    ['model.onnx', formats.onnx],
  ];
  for (const [i, net] of networks().entries()) {
    const params = initialize(net, new RandomState(i));
    for (const [name, format] of files) {
      seeds[name] = [...(seeds[name] ?? []), await format.encode({ network: net, params })];
    }
    if (i === 0) {
      seeds['model.weights.h5'] = [await formats.kerasWeights.encode({ network: net, params })];
    }
    const texts = modelFiles(await toLayersModel(net, params, cardOf(i)));
    seeds.folder.push(
      Object.fromEntries(Object.entries(texts).map(([name, one]) => [name, Buffer.from(one)])),
    );
    disposeReplaced(params, {});
  }
  seeds['model.npz'].push(golden('exports/float16.npz'), golden('exports/fortran.npz'));
  seeds['model.onnx'].push(golden('exports/leaky-relu-softmax.onnx'));
  return seeds;
}

const cardOf = (i: number) => ({
  ...{ name: 'small', layers: [3, 1], activations: ['sigmoid'], loss: 'binaryCrossEntropy' },
  ...{ initializer: 'course', seed: 1, hyperparameters: { learningRate: 0.1 }, versions: {} },
  ...{ costs: { 0: 0.7 }, classNames: i === 1 ? ['a', 'b', 'c'] : ['non-cat', 'cat'] },
  preprocessing: { height: 1, width: 1, channels: 3, scale: '1/255', resize: 'the whole picture' },
});

function pictures(): Record<string, Seed[]> {
  const pixels = Uint8Array.from({ length: 4 * 24 * 17 }, (_, i) => (i * 37) & 0xff);
  const photo = jpegJs.encode({ width: 24, height: 17, data: pixels }, 80).data;
  const rows = (bytes: number, count: number) =>
    Array.from({ length: count }, (_, y) =>
      Array.from({ length: bytes }, (_, x) => (x * y) & 0xff),
    );
  return {
    'picture.jpg': [jpegOf([90, 120, 200]), withOrientation(photo, 6), new Uint8Array(photo)],
    'picture.png': [
      png({
        width: 9,
        height: 7,
        depth: 8,
        colourType: 2,
        rows: rows(27, 7),
        filters: [0, 1, 2, 3, 4, 1, 2],
      }),
      png({ width: 9, height: 7, depth: 1, colourType: 0, rows: rows(2, 7) }),
      png({ width: 4, height: 4, depth: 16, colourType: 6, rows: rows(32, 4), exif: exifBlock(3) }),
      png({
        width: 4,
        height: 3,
        depth: 4,
        colourType: 3,
        rows: rows(2, 3),
        palette: Array(48).fill(7),
        transparency: [1, 2],
      }),
    ],
  };
}

async function data(): Promise<Record<string, Seed[]>> {
  const X = Float32Array.from({ length: 18 }, (_, i) => i / 7);
  const y = BigInt64Array.from([0n, 1n, 0n, 1n, 0n, 1n]);
  const [m, side] = [4, 3];
  const images = Uint8Array.from([
    0,
    0,
    8,
    3,
    0,
    0,
    0,
    m,
    0,
    0,
    0,
    side,
    0,
    0,
    0,
    side,
    ...Array(m * side * side).keys(),
  ]);
  const set = { m: 3, height: 2, width: 2, channels: 3, classes: ['non-cat', 'cat'] };
  const h5 = {
    ...set,
    pictures: Uint8Array.from(Array(36).keys()),
    labels: Uint8Array.of(0, 1, 0),
  };
  return {
    'inputs.npy': [npyOf(X, [6, 3]), npyOf(Float64Array.from(X), [6, 3])],
    'data.npz': [
      npzOf({ X: npyOf(X, [6, 3]), y: npyOf(y) }),
      npzOf(
        {
          x_train: npyOf(X, [6, 3]),
          y_train: npyOf(y),
          x_test: npyOf(X, [6, 3]),
          y_test: npyOf(y),
        },
        6,
      ),
    ],
    'table.csv': [
      Buffer.from(golden('data/iris.csv').subarray(0, 2000)),
      Buffer.from('a;b;c\n1.5;"x;y";ja\n2.5;"z ""q""";nein\n3.5;w;ja\n4.5;w;nein\n'),
    ],
    'table.jsonl': [
      Buffer.from(
        '{"a":1.5,"b":"x","c":true}\n{"a":2,"b":"y","c":false}\n{"a":3,"b":"x","c":true}\n',
      ),
      Buffer.from('[{"a":1,"k":"p"},{"a":2,"k":"q"},{"a":3,"k":"p"},{"a":4,"k":"q"}]'),
    ],
    'table.parquet': [snappyParquet, gzipParquet],
    'data.h5': [bigEndianH5, booleanH5, stringsH5, await writePictureFile(h5, 'train')],
    'train-images-idx3-ubyte.gz': [gzipSync(images), images],
  };
}

/** Whole files of each format, small. */
export const allSeeds = async (): Promise<Readonly<Record<string, readonly Seed[]>>> => ({
  ...(await models()),
  ...(await data()),
  ...pictures(),
});
