import { createRequire } from 'node:module';
import { expect, test } from '@jest/globals';
import {
  attr,
  type GraphNode,
  isGraphType,
  savedModel,
  TAG,
} from '../../../src/compiled/native/graph.js';
import { withNative } from '../../support/backends.js';

/** TensorFlow's own messages, as tfjs-node reads them. */
interface Messages {
  SavedModel: { deserializeBinary(bytes: Uint8Array): { toObject(): Record<string, unknown> } };
}

withNative.test('a SavedModel is what tfjs-node reads', () => {
  const require = createRequire(import.meta.url);
  const messages: Messages = require('@tensorflow/tfjs-node/dist/proto/api_pb.js');
  const nodes: GraphNode[] = [
    {
      name: 'x',
      op: 'Const',
      inputs: [],
      attrs: {
        dtype: attr.dtype('float32'),
        value: attr.tensor('float32', [1, 2], new Float32Array([1, -2])),
      },
    },
    {
      name: 'y',
      op: 'MatMul',
      inputs: ['x', 'x:1'],
      attrs: {
        T: attr.type(1),
        transpose_a: attr.bool(true),
        f: attr.float(0.5),
        i: attr.int(-3),
        s: attr.text('steps'),
        shape: attr.shape([-1, 4]),
      },
    },
  ];
  const model = messages.SavedModel.deserializeBinary(savedModel({ nodes })).toObject();
  const [graph] = model.metaGraphsList as {
    metaInfoDef: { tagsList: string[] };
    graphDef: { nodeList: { name: string; op: string; inputList: string[]; attrMap: never }[] };
  }[];
  expect(graph.metaInfoDef.tagsList).toEqual([TAG]);
  const [x, y] = graph.graphDef.nodeList;
  expect([x.name, x.op, x.inputList]).toEqual(['x', 'Const', []]);
  expect([y.name, y.op, y.inputList]).toEqual(['y', 'MatMul', ['x', 'x:1']]);
  const [dtype, value] = (x.attrMap as [string, Record<string, never>][]).map(([, value]) => value);
  expect(dtype.type).toBe(1);
  const tensor = value.tensor as unknown as Record<string, unknown>;
  expect(tensor).toMatchObject({
    dtype: 1,
    tensorShape: { dimList: [{ size: 1 }, { size: 2 }] },
    tensorContent: Buffer.from(new Float32Array([1, -2]).buffer).toString('base64'),
  });
  const attrs = Object.fromEntries(y.attrMap as [string, Record<string, unknown>][]);
  expect(attrs).toMatchObject({
    T: { type: 1 },
    transpose_a: { b: true },
    f: { f: 0.5 },
    i: { i: -3 },
    s: { s: Buffer.from('steps').toString('base64') },
    shape: { shape: { dimList: [{ size: -1 }, { size: 4 }] } },
  });
});

test('the types that a graph may hold', () => {
  expect(['float32', 'int32', 'bool'].every((dtype) => isGraphType(dtype as never))).toBe(true);
  expect(isGraphType('string')).toBe(false);
});
