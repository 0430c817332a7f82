import * as tf from '@tensorflow/tfjs-core';
import * as hg from '../src/index.js';
import { checkNetwork } from '../src/oracle/index.js';
import { useBackend } from '../src/runtime/backends.js';
import { tensor } from '../src/core/tensors.js';
await useBackend('cpu');
const r = new hg.RandomState(1);
async function go(title: string, net: any, X: any, Y: any) {
  const params = hg.initialize(net, new hg.RandomState(2));
  const t = performance.now();
  try {
    const report = await checkNetwork(net, params, X, Y, { dX: X.dtype === 'float32' });
    console.log(title, report.passed, report.maxRelativeError?.toExponential(1), report.parameters.map((p: any) => `${p.name}${p.passed ? '' : ' FAIL ' + JSON.stringify(p.comparisons) + (p.problem ?? '')}`).join(' '), ((performance.now() - t) / 1000).toFixed(1), 's', report.notes.join('|'), tf.memory().numTensors);
  } catch (e) { console.log(title, 'ERROR', (e as Error).stack!.slice(0, 600)); }
}
const lenet = hg.network({ input: [9, 8, 2], layers: [hg.conv2d({ filters: 3, kernelSize: 3, padding: 'same', activation: hg.tanh }), hg.maxPool2d({ poolSize: 2 }), hg.conv2d({ filters: 4, kernelSize: 2, activation: hg.relu }), hg.averagePool2d({ poolSize: 2, padding: 'same' }), hg.flatten(), hg.dropout(0.3), hg.dense(5, hg.gelu), hg.dense(3, hg.softmax)], loss: hg.categoricalCrossEntropy });
const X = tensor(r.randn(5 * 144), [5, 9, 8, 2]);
await go('lenet', lenet, X, hg.oneHot(r.randint(0, 3, 5), 3));
const bn = hg.network({ input: [8, 8, 3], layers: [hg.conv2d({ filters: 4, kernelSize: 3, padding: 'same' }), hg.batchNorm(), hg.relu, hg.residual([hg.conv2d({ filters: 8, kernelSize: 3, strides: 2, padding: 'same' }), hg.batchNorm(), hg.relu], [hg.conv2d({ filters: 8, kernelSize: 1, strides: 2 })]), hg.depthwiseConv2d({ kernelSize: 3 }), hg.groupNorm({ groups: 2 }), hg.flatten(), hg.dense(2, hg.softmax)], loss: hg.categoricalCrossEntropy, l2: 0.1 });
await go('resnet', bn, tensor(r.randn(6 * 192), [6, 8, 8, 3]), hg.oneHot(r.randint(0, 2, 6), 2));
for (const kind of ['simpleRnn', 'gru', 'lstm'] as const) {
  const net = hg.network({ input: [7], layers: [hg.embedding({ inputDim: 11, outputDim: 5 }), (hg as any)[kind]({ units: 6, returnSequences: true }), hg.dense(11, hg.softmax)], loss: hg.sparseCategoricalCrossEntropy });
  await go(kind, net, tf.tensor2d(r.randint(0, 11, 4 * 7), [4, 7], 'int32'), tf.tensor2d(r.randint(0, 11, 28), [4, 7]));
}
const att = hg.network({ input: [7], layers: [hg.embedding({ inputDim: 11, outputDim: 8 }), hg.positionalEmbedding(), hg.transformerBlock({ numHeads: 2, keyDim: 4, causal: true }), hg.layerNorm(), hg.dense(11, hg.softmax)], loss: hg.sparseCategoricalCrossEntropy });
await go('attention', att, tf.tensor2d(r.randint(0, 11, 3 * 7), [3, 7], 'int32'), tf.tensor2d(r.randint(0, 11, 21), [3, 7]));
