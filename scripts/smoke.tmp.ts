import * as tf from '@tensorflow/tfjs-core';
import * as hg from '../src/index.js';
import { useBackend } from '../src/runtime/backends.js';
import { tensor } from '../src/core/tensors.js';
const name = process.argv[2] ?? 'native';
await useBackend(name as any);
const r = new hg.RandomState(1);
async function go(title: string, net: any, X: any, Y: any, opt: any, plan: any) {
  const params = hg.initialize(net, new hg.RandomState(2));
  const optimizer = hg.momentum({ learningRate: 0.05 });
  const { trainedOf } = await import('../src/core/parameters.js');
  const state = { params, optimizerState: optimizer.start(trainedOf(net, params)) };
  let out: any;
  const t = performance.now();
  try {
  const h = await hg.train(net, optimizer, state, X, Y, { ...opt, plan, onPlan: (o: any) => { out = o; } });
  console.log(title, plan.name, out.refused ?? '', h.history.cost.map((c) => c.toFixed(5)).slice(0, 4).join(' '), ((performance.now() - t) / 1000).toFixed(2), 's', tf.memory().numTensors);
  } catch (e) { console.log(title, plan.name, 'ERROR', String(e).slice(0, 300)); }
  Object.values({ ...state.params, ...state.optimizerState }).forEach((p: any) => p.dispose());
}
const lenet = hg.network({ input: [28, 28, 1], layers: [hg.conv2d({ filters: 6, kernelSize: 5, padding: 'same', activation: hg.relu }), hg.maxPool2d({ poolSize: 2 }), hg.conv2d({ filters: 16, kernelSize: 5, activation: hg.relu }), hg.maxPool2d({ poolSize: 2 }), hg.flatten(), hg.dense(120, hg.relu), hg.dropout(0.3), hg.dense(84, hg.relu), hg.dense(10, hg.softmax)], loss: hg.categoricalCrossEntropy });
const m = 128;
const X = tensor(r.rand(m * 784), [m, 28, 28, 1]);
const Y = hg.oneHot(r.randint(0, 10, m), 10);
for (const plan of [hg.plans.plain, hg.plans.compiled]) await go('lenet', lenet, X, Y, { epochs: 4, batchSize: 64 }, plan);
const bn = hg.network({ input: [8, 8, 3], layers: [hg.conv2d({ filters: 4, kernelSize: 3, padding: 'same' }), hg.batchNorm(), hg.relu, hg.residual([hg.conv2d({ filters: 8, kernelSize: 3, strides: 2, padding: 'same' }), hg.batchNorm(), hg.relu], [hg.conv2d({ filters: 8, kernelSize: 1, strides: 2 })]), hg.flatten(), hg.dense(2, hg.softmax)], loss: hg.categoricalCrossEntropy, l2: 0.1 });
const Xb = tensor(r.rand(20 * 192), [20, 8, 8, 3]); const Yb = hg.oneHot(r.randint(0, 2, 20), 2);
for (const plan of [hg.plans.plain, hg.plans.compiled]) await go('resnet', bn, Xb, Yb, { epochs: 4, batchSize: 8 }, plan);
for (const kind of ['simpleRnn', 'gru', 'lstm'] as const) {
  const net = hg.network({ input: [7], layers: [hg.embedding({ inputDim: 11, outputDim: 5 }), (hg as any)[kind]({ units: 6, returnSequences: true }), hg.dense(11, hg.softmax)], loss: hg.categoricalCrossEntropy });
  const Xi = tf.tensor2d(r.randint(0, 11, 12 * 7), [12, 7], 'int32');
  const Yi = tf.oneHot(tf.tensor1d(r.randint(0, 11, 84), 'int32'), 11).reshape([12, 7, 11]).cast('float32');
  for (const plan of [hg.plans.plain, hg.plans.compiled]) await go(kind, net, Xi, Yi, { epochs: 4, batchSize: 5 }, plan);
}
const att = hg.network({ input: [7], layers: [hg.embedding({ inputDim: 11, outputDim: 8 }), hg.residual([hg.layerNorm(), hg.selfAttention({ numHeads: 2, keyDim: 4, causal: true })]), hg.layerNorm(), hg.dense(11, hg.softmax)], loss: hg.categoricalCrossEntropy });
const Xi = tf.tensor2d(r.randint(0, 11, 12 * 7), [12, 7], 'int32');
const Yi = tf.oneHot(tf.tensor1d(r.randint(0, 11, 84), 'int32'), 11).reshape([12, 7, 11]).cast('float32');
for (const plan of [hg.plans.plain, hg.plans.compiled]) await go('attention', att, Xi, Yi, { epochs: 4, batchSize: 5 }, plan);
