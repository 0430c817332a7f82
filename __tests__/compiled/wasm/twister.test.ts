import { expect, test } from '@jest/globals';
import { fillDraws } from '../../../src/compiled/wasm/twister.js';
import { RandomState } from '../../../src/core/random.js';

test("numpy's stream, to the last bit, over twenty states", () => {
  const draws = new Float64Array(12_288);
  fillDraws(new RandomState(1), draws);
  // numpy 2.4.6: np.random.RandomState(1).rand(12288)[[0, 1, 311, 312, 623, 12287]]
  expect([0, 1, 311, 312, 623, 12_287].map((i) => draws[i])).toEqual([
    0.417022004702574, 0.7203244934421581, 0.9096355249515571, 0.2571182937821962,
    0.6438956443116628, 0.537047220696293,
  ]);
});

test.each([
  [0, 512],
  [0, 5000],
  [1, 700], // from an odd word on, so that a draw is of two states
  [623, 1000],
  [624, 624],
  [1247, 3001],
])(
  'from word %i on, %i draws: those of the stream itself, which then stands where it would',
  (words, n) => {
    for (const Draws of [Float64Array, Float32Array]) {
      const [one, other] = [new RandomState(7), new RandomState(7)];
      for (const random of [one, other]) {
        random.gauss(); // and has one to spare
        random.randint(0, 2, words);
      }
      const [expected, draws] = [new Draws(n), new Draws(n)];
      one.fill(expected);
      fillDraws(other, draws);
      expect(draws).toEqual(expected);
      expect(other.position).toEqual(one.position);
      expect([other.uniform(), other.gauss()]).toEqual([one.uniform(), one.gauss()]);
    }
  },
);
