import { expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import { ShapeError, ValueError } from '../../../src/core/errors.js';
import { isPureLayer } from '../../../src/core/layer.js';
import { layerNorm } from '../../../src/core/layers/layerNorm.js';
import { residual } from '../../../src/core/layers/residual.js';
import {
  type SelfAttentionOptions,
  selfAttention,
} from '../../../src/core/layers/selfAttention.js';
import { sequential } from '../../../src/core/layers/sequential.js';
import {
  type TransformerBlockOptions,
  transformerBlock,
} from '../../../src/core/layers/transformerBlock.js';
import { onEachBackend } from '../../support/backends.js';
import {
  boundOn,
  casesOf,
  describeGoldens,
  expectTensor,
  type LayerCase,
  type Nested,
  run,
} from '../../support/layerGoldens.js';
import { describePlanted } from '../../support/plantedInLayers.js';

const layerOf = (config: LayerCase['config']) =>
  transformerBlock(config as unknown as TransformerBlockOptions);

const inFirstHalf = ['q', 'k', 'v', 'o'].flatMap((each) => [`W${each}`, `b${each}`]);
const differences = {
  names: {
    ...Object.fromEntries(inFirstHalf.map((name) => [name, `${name}.1.2`])),
    ...{ gamma1: 'gamma.1.1', beta1: 'beta.1.1', gamma2: 'gamma.2.1', beta2: 'beta.2.1' },
    ...{ W1: 'W.2.2', b1: 'b.2.2', W2: 'W.2.3', b2: 'b.2.3' },
  },
};

describeGoldens('transformerBlock', layerOf, differences);

onEachBackend((backend) => {
  test.each(casesOf('transformerBlock').map((one) => [one.name, one] as const))(
    'its first half gives what PyTorch has between attention and the dense layers: %s',
    (_, one) => {
      tf.tidy(() => {
        const { hidden: _, gelu: _g, epsilon, ...attention } = one.config;
        const half = residual([
          layerNorm({ epsilon: epsilon as number }),
          selfAttention(attention as unknown as SelfAttentionOptions),
        ]);
        const { Y } = run(one, sequential([half]), differences);
        expectTensor(Y, (one as unknown as { Y1: Nested }).Y1, boundOn(backend));
      });
    },
  );
});

describePlanted({
  kind: 'transformerBlock',
  layerOf,
  differences,
  situations: [
    [
      transformerBlock({ numHeads: 2, keyDim: 1, causal: true, hidden: 3 }),
      { input: [3, 2], m: 2 },
    ],
    [
      transformerBlock({ numHeads: 1, keyDim: 2, units: 3, gelu: 'tanh', useBias: false }),
      { input: [2, 3], m: 1 },
    ],
  ],
  mistakes: {
    'nothing comes back past the layers': ({ dX }, dY) => ({ dX: () => tf.sub(dX(), dY) }),
    'dY alone comes back': (_, dY) => ({ dX: () => dY }),
    'the norms exchanged': ({ grads }) => ({
      grads: { ...grads, 'dgamma.1.1': grads['dgamma.2.1'], 'dgamma.2.1': grads['dgamma.1.1'] },
    }),
    'no sum over the positions in db2': ({ grads }, dY) => ({
      grads: { ...grads, 'db.2.3': tf.div(grads['db.2.3'], dY.shape[1]!) },
    }),
    'the keys have the gradient of the queries': ({ grads }) => ({
      grads: { ...grads, 'dWk.1.2': grads['dWq.1.2'] },
    }),
  },
});

test('it is layers in a sequential, whose config makes it again', () => {
  const options = { numHeads: 2, keyDim: 3, causal: true, hidden: 5 };
  const block = transformerBlock(options);
  expect(block.kind).toBe('sequential');
  expect(isPureLayer(block)).toBe(true);
  expect(block.output([4, 6])).toEqual([4, 6]);
  const parts = block.config.layers as { kind: string; config: { layers: { kind: string }[] } }[];
  expect(parts.map(({ kind, config }) => [kind, config.layers.map((part) => part.kind)])).toEqual([
    ['residual', ['layerNorm', 'selfAttention']],
    ['residual', ['layerNorm', 'dense', 'dense']],
  ]);
  expect(JSON.parse(JSON.stringify(block.config))).toEqual(block.config);
});

test('widths are those of the heads side by side, and four times as many between', () => {
  const { parameters } = transformerBlock({ numHeads: 2, keyDim: 3 });
  expect(parameters([4, 6])['W.2.2'].shape).toEqual([6, 24]);
  expect(parameters([4, 6])['W.2.3'].shape).toEqual([24, 6]);
});

test('a sequence of other features is refused', () => {
  const block = transformerBlock({ numHeads: 2, keyDim: 3 });
  expect(() => block.output([4, 5])).toThrow(ShapeError);
  expect(() => block.output([4, 5])).toThrow('the layers give 4x6 and the shortcut 4x5.');
});

test.each([
  [{ numHeads: 0 }, 'selfAttention: numHeads is 0; give a whole number from 1.'],
  [{ keyDim: undefined }, 'selfAttention: keyDim is undefined; give a whole number from 1.'],
  [{ hidden: 2.5 }, 'transformerBlock: hidden is 2.5; give a whole number from 1.'],
  [{ units: -1 }, 'transformerBlock: units is -1; give a whole number from 1.'],
  [{ gelu: 'exact' }, "gelu: approximate is exact; give 'none' or 'tanh'."],
  [{ epsilon: 0 }, 'layerNorm: epsilon is 0'],
  [{ hiden: 3 }, 'transformerBlock: unknown option hiden. Did you mean hidden?'],
])('%j is refused', (options, message) => {
  const make = () =>
    transformerBlock({ numHeads: 2, keyDim: 2, ...options } as unknown as TransformerBlockOptions);
  expect(make).toThrow(ValueError);
  expect(make).toThrow(message);
});
