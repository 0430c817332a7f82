import { expect, test } from '@jest/globals';
import { Pace, Rate } from '../../../web/playground/pace.js';

/** A clock on which a step takes so many milliseconds. */
function clock(perStep: number) {
  let time = 0;
  return {
    pace: new Pace(() => time),
    step: () => {
      time += perStep;
    },
    wait: (ms: number) => {
      time += ms;
    },
  };
}

test('makes the steps that are wanted where they fit', () => {
  const { pace, step } = clock(0.5);
  expect(pace.make(1, step)).toBe(1);
  expect(pace.make(10, step)).toBe(10);
});

test('as many as fit are those of ten milliseconds; one there always is', () => {
  const quick = clock(0.5);
  expect(quick.pace.make(Number.POSITIVE_INFINITY, quick.step)).toBe(20);
  const slow = clock(40);
  expect(slow.pace.make(100, slow.step)).toBe(1);
});

test('four a second are one in a quarter of a second', () => {
  const { pace, step, wait } = clock(1);
  let made = 0;
  for (let frame = 0; frame < 120; frame++) {
    made += pace.make(0, step);
    wait(1000 / 60);
  }
  expect(made).toBe(8);
});

test('a rate counts what came after the first event, over the time since', () => {
  const rate = new Rate();
  expect(rate.perSecond).toBeUndefined();
  for (let i = 0; i <= 300; i++) rate.add(20 * i, 10);
  expect(rate.perSecond).toBeCloseTo(500, 9);
  rate.clear();
  expect(rate.perSecond).toBeUndefined();
});
