import { message } from '../../../src/protobuf.js';
import type { Kind } from '../kinds.js';

const text = (value: unknown) =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value));
const deep = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;

function safetensors(header: string, data: Uint8Array = new Uint8Array()): Uint8Array {
  const json = Buffer.from(header);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  return Buffer.concat([length, json, data]);
}
const tensors = (name: string, header: unknown, says: RegExp, data?: Uint8Array): Kind => ({
  name: `safetensors: ${name}`,
  format: 'model.safetensors',
  make: () => safetensors(typeof header === 'string' ? header : JSON.stringify(header), data),
  says,
});

const dense = (units: unknown, name: unknown = 'd', more: object = {}) => ({
  class_name: 'Dense',
  config: { name, units, activation: 'sigmoid', use_bias: true, ...more },
});
const topology = (layers: unknown[], input: unknown[] = [null, 3]) => ({
  class_name: 'Sequential',
  config: {
    name: 's',
    layers: layers.map((layer, i) =>
      i > 0
        ? layer
        : {
            ...(layer as object),
            config: { ...(layer as { config: object }).config, batch_input_shape: input },
          },
    ),
  },
});
const kernel = [
  { name: 'd/kernel', shape: [3, 1], dtype: 'float32' },
  { name: 'd/bias', shape: [1], dtype: 'float32' },
];
interface Given {
  readonly model?: unknown;
  readonly weights?: unknown[];
  readonly paths?: string[];
  readonly bytes?: Uint8Array;
  readonly card?: string;
  readonly metadata?: unknown;
}
const folder = (name: string, says: RegExp | undefined, given: () => Given): Kind => ({
  name: `model.json: ${name}`,
  format: 'folder',
  ...(says && { says }),
  make: () => {
    const { model = topology([dense(1)]), weights = kernel, paths = ['weights.bin'] } = given();
    const { bytes = new Uint8Array(16), card, metadata } = given();
    const json = {
      ...{ modelTopology: model, format: 'layers-model', userDefinedMetadata: metadata },
      weightsManifest: [{ paths, weights }],
    };
    const files = { 'model.json': text(json), 'weights.bin': Buffer.from(bytes) };
    return card === undefined ? files : { ...files, 'card.json': Buffer.from(card) };
  },
});
const own = (layers: unknown[], input: unknown = [3]) => ({
  model: { class_name: 'HandgradNetwork', config: {} },
  metadata: {
    loss: 'binaryCrossEntropy',
    l2: 0,
    network: { input, layers, loss: { kind: 'binaryCrossEntropy' }, l2: 0 },
  },
  weights: [],
  bytes: new Uint8Array(),
});
const nan = new Uint8Array(new Float32Array([1, Number.NaN, 1, 0]).buffer);
const infinite = new Uint8Array(new Float32Array([1, 2, Number.POSITIVE_INFINITY, 0]).buffer);

const card = (change: object) =>
  JSON.stringify({
    ...{ name: 'c', layers: [3, 1], activations: ['sigmoid'], loss: 'binaryCrossEntropy' },
    ...{ initializer: 'course', seed: 1, versions: {}, classNames: ['a', 'b'] },
    preprocessing: { height: 1, width: 1, channels: 3, scale: '1/255', resize: 'whole' },
    ...change,
  });

/** An ONNX file of nodes and tensors. */
const onnx = (
  name: string,
  says: RegExp | undefined,
  graph: () => Parameters<typeof message>[0],
): Kind => ({
  name: `ONNX: ${name}`,
  format: 'model.onnx',
  make: () => message({ 1: 8, 7: message({ ...ends, ...graph() }), 8: message({ 1: '', 2: 13 }) }),
  ...(says && { says }),
});
const info = (name: string) =>
  message({
    1: name,
    2: message({
      1: message({ 1: 1, 2: message({ 1: [message({ 2: 'm' }), message({ 1: 3 })] }) }),
    }),
  });
const ends = { 11: info('X'), 12: info('Y') };
const node = (op: string, inputs: string[], output: string, attributes: Uint8Array[] = []) =>
  message({ 1: inputs, 2: output, 3: output, 4: op, 5: attributes });
const ints = (name: string, values: number[]) => message({ 1: name, 8: values, 20: 7 });
const constant = (name: string, sides: number[], values: number) =>
  message({ 1: sides, 2: 1, 8: name, 9: new Uint8Array(4 * values) });

export const models: readonly Kind[] = [
  tensors('10,000 brackets', `{"a":${deep(10_000)}}`, /nests deeper than 100 brackets/),
  tensors('500,000 brackets', `{"a":${deep(500_000)}}`, /nests deeper than 100 brackets/),
  tensors(
    '130,000 names',
    Object.fromEntries(Array.from({ length: 130_000 }, (_, i) => [i, 0])),
    /130000 tensors, and 20000/,
  ),
  tensors(
    'a shape of 2^53',
    { W1: { dtype: 'F32', shape: [2 ** 53], data_offsets: [0, 4] } },
    /no dtype or no shape/,
  ),
  tensors(
    'a shape of 2^52 and nothing',
    { W1: { dtype: 'F32', shape: [0, 2 ** 52], data_offsets: [0, 0] } },
    /expected a matrix|has no b1/,
  ),
  tensors(
    '100,000 axes',
    { W1: { dtype: 'F32', shape: Array(100_000).fill(1), data_offsets: [0, 4] } },
    /no dtype or no shape/,
  ),
  tensors(
    'a name of 900 kB',
    { ['W'.repeat(900_000)]: { dtype: 'F32', shape: [1], data_offsets: [0, 4] } },
    /no dtype or no shape/,
    new Uint8Array(4),
  ),
  tensors(
    '__proto__',
    '{"__proto__":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}',
    /has a key __proto__/,
    new Uint8Array(4),
  ),
  tensors(
    'an entry that is an object without text',
    { W1: { dtype: { toString: 0 }, shape: [1] } },
    /no dtype or no shape/,
  ),
  tensors(
    'NaN',
    {
      W1: { dtype: 'F32', shape: [1, 1], data_offsets: [0, 4] },
      b1: { dtype: 'F32', shape: [1, 1], data_offsets: [4, 8] },
      __metadata__: { network: '{"activations":["sigmoid"],"loss":"binaryCrossEntropy","l2":0}' },
    },
    /holds NaN/,
    new Uint8Array([0, 0, 192, 127, 0, 0, 0, 0]),
  ),
  folder('as it should be', undefined, () => ({})),
  folder('units that are 10,000 brackets deep', /nests deeper than 100/, () => ({
    model: JSON.parse('{}'),
    metadata: JSON.parse(deep(3000)),
  })),
  folder('40,000 layers', /has 40000 layers, and 2000 are the most/, () => ({
    model: topology(Array.from({ length: 40_000 }, () => dense(1))),
  })),
  folder('2,000 layers', /./, () => ({
    model: topology(Array.from({ length: 2000 }, (_, i) => dense(1, `d${i}`))),
  })),
  folder("40,000 layers in handgrad's words", /layers or more, and 2000 are the most/, () =>
    own(Array.from({ length: 40_000 }, () => ({ kind: 'relu' }))),
  ),
  folder('1,900 activations', /multiplications|loss|sigmoid/, () =>
    own(Array.from({ length: 1900 }, () => ({ kind: 'relu' }))),
  ),
  folder('10^15 units', /more than 536870912/, () => ({ model: topology([dense(1e15)]) })),
  folder('1e308 units', /more than 536870912|whole number/, () => ({
    model: topology([dense(1e308)]),
  })),
  folder('units that are an object', /units/, () => ({
    model: topology([dense({ toString: 0 })]),
  })),
  folder('a name that is an object', /name is an object|damaged/, () => ({
    model: topology([dense(1, { toString: 0 })]),
  })),
  folder('a class that is an object', /class_name/, () => ({
    model: topology([{ class_name: { toString: 0 }, config: {} }]),
  })),
  folder('a model of an object', /of the class an object/, () => ({
    model: { class_name: { toString: 0 } },
  })),
  folder('130,000 weights', /130000 weights, and 20000 are the most/, () => ({
    weights: Array.from({ length: 130_000 }, (_, i) => ({
      name: `${i}`,
      shape: [],
      dtype: 'float32',
    })),
  })),
  folder('20,000 weights with the same end', /./, () => ({
    weights: Array.from({ length: 20_000 }, (_, i) => ({
      name: `${i}/d/kernel`,
      shape: [],
      dtype: 'float32',
    })),
    bytes: new Uint8Array(80_000),
  })),
  folder('one file 4,000 times', /names 4000 files of weights, but only 1 different/, () => ({
    paths: Array(4000).fill('weights.bin'),
  })),
  folder('a weight twice', /twice/, () => ({
    weights: [...kernel, ...kernel],
    bytes: new Uint8Array(32),
  })),
  folder('a weight whose name is an object', /weightsManifest is missing or malformed/, () => ({
    weights: [{ name: { toString: 0 }, shape: [4], dtype: 'float32' }],
  })),
  folder('a weight of 2^52 numbers', /declares/, () => ({
    weights: [{ name: 'd/kernel', shape: [2 ** 52], dtype: 'float32' }],
  })),
  folder('NaN', /holds NaN in W1/, () => ({ bytes: nan })),
  folder('an infinite weight', /holds Infinity in W1/, () => ({ bytes: infinite })),
  folder('a picture of 10^5 x 10^5', /needs 121 GB for one sample/, () =>
    own([{ kind: 'globalAveragePool2d' }, { kind: 'sigmoid' }], [100_000, 100_000, 3]),
  ),
  folder('a picture made 1,000 times larger', /for one sample/, () =>
    own(
      [
        { kind: 'upSampling2d', config: { size: 1000 } },
        { kind: 'upSampling2d', config: { size: 1000 } },
        { kind: 'globalAveragePool2d' },
        { kind: 'sigmoid' },
      ],
      [4, 4, 1],
    ),
  ),
  folder('loss, l2 and network of wrong kinds', /l2 is an object/, () => ({
    metadata: { loss: 1, l2: { toString: 0 } },
  })),
  folder('a card with a byte order mark', undefined, () => ({ card: `\ufeff${card({})}` })),
  folder('a card of 1,000 brackets', /nests deeper than 100/, () => ({ card: deep(1000) })),
  folder('a card whose height is an object', /height of its preprocessing is an object/, () => ({
    card: card({ preprocessing: { height: { toString: 0 } } }),
  })),
  folder('a card with classes that are arrays', /classNames do not name/, () => ({
    card: card({ classNames: [['a'], ['b']] }),
  })),
  folder('a card with __proto__', /has a key __proto__/, () => ({
    card: '{"__proto__":{"classNames":["a","b"]}}',
  })),
  folder('a card with a class name of 100 kB', /classNames do not name/, () => ({
    card: card({ classNames: ['a', 'b'.repeat(100_000)] }),
  })),
  onnx('500,000 fields of two bytes', /./, () => ({ 2: Array(500_000).fill('') })),
  onnx('30,000 nodes', /30000 nodes and tensors, and 20000/, () => ({
    1: Array.from({ length: 30_000 }, (_, i) => node('Relu', [i ? `n${i - 1}` : 'X'], `n${i}`)),
  })),
  onnx('19,000 nodes behind each other', /layers, and 2000 are the most/, () => ({
    1: Array.from({ length: 19_000 }, (_, i) =>
      node('Relu', [i ? `n${i - 1}` : 'X'], i === 18_999 ? 'Y' : `n${i}`),
    ),
  })),
  onnx('a constant that doubles 60 times', /its constants take .* where 32 MB are allowed/, () => ({
    1: Array.from({ length: 60 }, (_, i) =>
      node('Concat', [`c${i}`, `c${i}`], `c${i + 1}`, [message({ 1: 'axis', 3: 0, 20: 2 })]),
    ),
    5: constant('c0', [1000], 1000),
  })),
  onnx('axes that are taken again and again', /do not rearrange/, () => ({
    1: [node('Transpose', ['c'], 'd', [ints('perm', Array(31).fill(0))])],
    5: constant('c', [1000], 1000),
  })),
  onnx('a graph that goes in a circle', /made of itself/, () => ({
    1: [node('Relu', ['b'], 'Y'), node('Relu', ['Y'], 'b')],
  })),
  onnx('a sum of a circle', /made of itself/, () => ({
    1: [node('Add', ['a', 'X'], 'Y'), node('Add', ['Y', 'X'], 'a')],
  })),
  onnx('64 sums in each other', undefined, () => ({
    1: Array.from({ length: 64 }, (_, i) => [
      node('Relu', [i ? `s${i - 1}` : 'X'], `r${i}`),
      node('Add', [`r${i}`, i ? `s${i - 1}` : 'X'], i === 63 ? 'Y' : `s${i}`),
    ]).flat(),
  })),
  onnx('sides below zero', /It is damaged/, () => ({ 5: constant('c', [-2, -3], 6) })),
  onnx('a tensor of 2^40 numbers', /but 1 numbers are there/, () => ({
    5: constant('c', [2 ** 40], 1),
  })),
];
