import { expect, test } from '@jest/globals';
import {
  nextPlateau,
  type PlateauOptions,
  plateauOf,
  startPlateau,
} from '../../src/core/plateau.js';

/** In which epochs, from 1, the learning rate falls. */
function falls(values: readonly number[], options: PlateauOptions): number[] {
  const plateau = plateauOf('reduceOnPlateau', options);
  let memory = startPlateau(plateau);
  return values.flatMap((value, i) => {
    const next = nextPlateau(plateau, memory, value);
    memory = next.memory;
    return next.reduce ? [i + 1] : [];
  });
}

/*
 * By hand from Keras's ReduceLROnPlateau.on_epoch_end: the best value, how long it has been waiting,
 * and the epochs of cooldown.
 */
test.each<[string, number[], PlateauOptions, number[]]>([
  ['progress in each epoch', [5, 4, 3, 2, 1], { patience: 1 }, []],
  ['the epochs in a row without', [5, 5, 5, 4, 4, 4, 4], { patience: 2 }, [3, 6]],
  ['patience 1', [5, 5, 6, 4, 4], { patience: 1 }, [2, 3, 5]],
  ['it waits anew behind each fall', [1, 1, 1, 1, 1, 1, 1], { patience: 3 }, [4, 7]],
  ['less than minDelta is none', [1, 0.95, 0.9, 0.85], { patience: 2, minDelta: 0.2 }, [3]],
  ['the best stays the best', [1, 0.95, 0.85, 0.75], { patience: 9, minDelta: 0.2 }, []],
  ['exactly minDelta is none', [1, 0.75], { patience: 1, minDelta: 0.25 }, [2]],
  ['more is better', [0.5, 0.6, 0.6, 0.6, 0.7], { patience: 2, monitor: 'accuracy' }, [4]],
  ['less is, if you say so', [5, 6, 7], { patience: 1, monitor: 'accuracy', mode: 'min' }, [2, 3]],
  ['NaN is no progress', [1, Number.NaN, Number.NaN], { patience: 2 }, [3]],
  // Epoch 2 falls; 3 cools; 4 ends the cooldown and counts, as in Keras.
  ['a cooldown', [1, 1, 1, 1, 1, 1, 1], { patience: 1, cooldown: 2 }, [2, 4, 6]],
  ['a cooldown and patience', [1, 1, 1, 1, 1, 1, 1, 1, 1], { patience: 2, cooldown: 3 }, [3, 7]],
])('%s', (_, values, options, expected) => {
  expect(falls(values, options)).toEqual(expected);
});

test('what is remembered comes out, and what comes in stays as it is', () => {
  const plateau = plateauOf('reduceOnPlateau', { patience: 2 });
  const memory = Object.freeze(startPlateau(plateau));
  const { memory: first } = nextPlateau(plateau, memory, 3);
  expect(first).toEqual({ best: 3, waited: 0, cooling: 0 });
  expect(nextPlateau(plateau, first, 4).memory).toEqual({ best: 3, waited: 1, cooling: 0 });
});

test("the defaults are Keras's", () => {
  expect(plateauOf('reduceOnPlateau', {})).toEqual({
    ...{ factor: 0.1, patience: 10, minDelta: 1e-4, cooldown: 0, minLearningRate: 0 },
    ...{ monitor: 'cost', mode: 'min' },
  });
});
