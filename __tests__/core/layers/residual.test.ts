import { describe, expect, test } from '@jest/globals';
import { relu } from '../../../src/core/activations.js';
import { ShapeError } from '../../../src/core/errors.js';
import type { Layer } from '../../../src/core/layer.js';
import { residual } from '../../../src/core/layers/residual.js';
import { batchNorm, conv2d, dense, dropout, sequential } from '../../../src/core/layers.js';
import { casesOf, describeGoldens, type LayerCase } from '../../support/layerGoldens.js';

interface Config {
  readonly kernelSize: [number, number];
  readonly filters: number;
  readonly strides: [number, number];
  readonly shortcut: 'identity' | 'conv';
  readonly batchNorm: boolean;
}

/** relu(N2(conv2(relu(N1(conv1 X)))) + shortcut X), the stride in conv1 and in the shortcut. */
function blockOf(config: LayerCase['config']): Layer {
  const { kernelSize, filters, strides, shortcut, batchNorm: normed } = config as unknown as Config;
  const options = { filters, useBias: !normed } as const;
  const norm = normed ? [batchNorm({ momentum: 0.9, epsilon: 1e-5 })] : [];
  const main = [
    ...[conv2d({ ...options, kernelSize, strides, padding: 'same' }), ...norm, relu],
    ...[conv2d({ ...options, kernelSize, padding: 'same' }), ...norm],
  ];
  const past = [conv2d({ ...options, kernelSize: 1, strides }), ...norm];
  return sequential([residual(main, shortcut === 'conv' ? past : undefined), relu]);
}

/** W1 and gammas are W.1.1 and gamma.1.s2: numbered inside a block that is the first of two. */
const places = (normed: boolean): Record<string, string | undefined> =>
  normed
    ? { W1: '1', '1': '2', W2: '3', '2': '4', Ws: 's1', s: 's2' }
    : { W1: '1', b1: '1', W2: '2', b2: '2', Ws: 's1', bs: 's1' };
const namesOf = (one: LayerCase) => {
  const at = places(Boolean(one.config.batchNorm));
  const all = Object.keys({ ...one.params, ...one.running, ...one.updated });
  return Object.fromEntries(
    all.map((name) => [name, `${name.slice(0, -1)}.1.${at[name] ?? at[name.slice(-1)]}`]),
  );
};

for (const one of casesOf('residual')) {
  describeGoldens('residual', blockOf, { names: namesOf(one) }, [one]);
}

describe('a residual block', () => {
  test('names what is inside it', () => {
    const block = residual([dense(4, relu), dropout(0.5), dense({ units: 4 })], [dense(4, relu)]);
    expect(Object.keys(block.parameters([4]))).toEqual([
      ...['W.1', 'b.1', 'W.2', 'b.2', 'W.s1', 'b.s1'],
    ]);
    expect(block.noise!([4])).toEqual({ 'U.3': [4] });
  });

  test('takes a shortcut past layers only to the same shape', () => {
    const narrow = residual([dense(3, relu)]);
    expect(narrow.output([3])).toEqual([3]);
    expect(() => narrow.output([4])).toThrow(ShapeError);
    expect(() => narrow.output([4])).toThrow('the layers give 3 and the shortcut 4.');
  });
});
