import { expect, test } from '@jest/globals';
import * as activations from '../../src/core/activations.js';
import { dense } from '../../src/core/layers.js';
import * as losses from '../../src/core/losses.js';
import type { Network } from '../../src/core/network.js';
import { adam, gradientDescent, momentum } from '../../src/core/optimizers.js';
import { pure } from '../../src/core/pure.js';
import { impurePart } from '../../src/core/purity.js';

const { binaryCrossEntropy } = losses;
const descent = gradientDescent({ learningRate: 1 });
const net = (changes: Partial<Network> = {}): Network => ({
  ...{ input: [2], nX: 2, layers: [dense(1)], loss: binaryCrossEntropy, l2: 0, l1: 0 },
  ...changes,
});

test("handgrad's own layers, activations, losses and rules are pure", () => {
  for (const g of Object.values(activations)) {
    for (const loss of Object.values(losses)) {
      const network = net({ layers: [dense(2, g), dense(1, g)], loss });
      for (const optimizer of [descent, momentum({ learningRate: 1 }), adam()]) {
        expect(impurePart({ network, optimizer })).toBeUndefined();
      }
    }
  }
});

test('a function in the place of one of theirs is not, until it is marked', () => {
  const { backward, update } = { ...dense(1), ...descent };
  const layer = {
    ...dense(1),
    backward: (...args: Parameters<typeof backward>) => backward(...args),
  };
  const { relu } = activations;
  const bent = {
    ...relu,
    name: 'bent',
    forward: (Z: Parameters<typeof relu.forward>[0]) => relu.forward(Z),
  };
  const { fused } = binaryCrossEntropy;
  const loss = {
    ...binaryCrossEntropy,
    name: 'own',
    fused: {
      ...fused!,
      backward: (...args: Parameters<NonNullable<typeof fused>['backward']>) =>
        fused!.backward(...args),
    },
  };
  const optimizer = {
    ...descent,
    name: 'mine',
    update: (...args: Parameters<typeof update>) => update(...args),
  };
  const parts = {
    'layer 2': { network: net({ layers: [dense(1), layer] }), optimizer: descent },
    bent: { network: net({ layers: [dense(1, bent)] }), optimizer: descent },
    own: { network: net({ loss }), optimizer: descent },
    mine: { network: net(), optimizer },
  };
  for (const [name, part] of Object.entries(parts)) expect(impurePart(part)).toBe(name);
  for (const f of [layer.backward, bent.forward, loss.fused.backward, optimizer.update]) pure(f);
  for (const f of [layer.forward, relu.backward, fused!.forward]) pure(f);
  for (const part of Object.values(parts)) expect(impurePart(part)).toBeUndefined();
});
