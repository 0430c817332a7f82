import { describe, expect, test } from '@jest/globals';
import { CheckError } from '../../../../src/core/errors.js';
import { judge, type Loaded, loadedFrom } from '../../../../src/oracle/grade/judge/judge.js';
import {
  type Ask,
  type NumbersPoint,
  pointToWire,
} from '../../../../src/oracle/grade/judge/wire.js';
import { type At, asking, decoded, type Functions, numbers, wired } from './submission.js';

const template = (others: Partial<NumbersPoint> = {}): NumbersPoint => ({
  params: new Map([['W', numbers([0.4, -0.7], [1, 2])]]),
  X: numbers([0.5, 1.5, -0.5, 2.5, 0.75, -1.25], [2, 3]),
  Y: numbers([1.5, -2.5, 0.5], [1, 3]),
  ...others,
});
const loaded = (others: Partial<Loaded> = {}): Loaded => ({
  ...{ template: template(), isLayer: false, isDrawn: false },
  ...others,
});

/** E = W X - Y, J = Σ E² / m, dW = 2 E Xᵀ / m */
function errorOf({ params: { W }, X, Y }: At) {
  const m = Y.length;
  return Y.map((y, j) => W.reduce((sum, w, i) => sum + w * X[i * m + j], 0) - y);
}
const regression = (factor = 1, gradient = factor): Functions => ({
  cost: (at) => (factor * errorOf(at).reduce((sum, e) => sum + e * e, 0)) / at.Y.length,
  gradients: (at) => {
    const [E, m] = [errorOf(at), at.Y.length];
    const dW = at.params.W.map((_, i) => E.reduce((sum, e, j) => sum + e * at.X[i * m + j], 0));
    return { dW: dW.map((value) => (2 * gradient * value) / m) };
  },
});

const judging = (functions: Functions, others: Partial<Loaded> = {}, reference?: Functions) => {
  const { ask, asked } = asking(functions);
  const teacher = reference && { ask: asking(reference).ask, loaded: loaded() };
  return judge({ ask, loaded: loaded(others) }, 11, teacher).then((verdict) => ({
    ...verdict,
    verdicts: verdict.held.map(({ name, verdict }) => `${name} ${verdict}`),
    asked,
  }));
};
const asksOf = (asked: readonly { ask: string }[]) =>
  asked.filter(({ ask }) => ask === 'gradients').length;

/** Answers as another, but for what `change` makes of the nth pass. */
const changing = (functions: Functions, change: (answer: object, n: number) => unknown): Ask => {
  const { ask } = asking(functions);
  let n = 0;
  return async (request) => {
    const answer = await ask(request);
    return request.ask === 'gradients' ? change(answer as object, ++n) : answer;
  };
};
const fails = (): never => {
  throw new CheckError('It cannot cope.');
};

describe('what was loaded', () => {
  const sent = (others: object = {}) => ({
    ...{ template: pointToWire(template()), isLayer: false, isDrawn: true },
    ...others,
  });

  test('is a point and its form', () => {
    expect(loadedFrom(sent())).toEqual({
      ...{ template: template(), isLayer: false, isDrawn: true },
    });
    const larger = template({ X: numbers([1], [1, 1]) });
    expect(loadedFrom(sent({ isLayer: true, larger: pointToWire(larger) }))).toEqual({
      ...{ template: template(), isLayer: true, isDrawn: true, larger },
    });
  });

  test.each<[string, unknown, string]>([
    ['nothing', undefined, 'what it holds'],
    ['no template', sent({ template: undefined }), 'the point'],
    ['isLayer that is none', sent({ isLayer: 1 }), 'its form'],
    ['isDrawn that is none', sent({ isDrawn: 'no' }), 'its form'],
    ['larger that is none', sent({ larger: 3 }), 'the point'],
  ])('%s: refused', (_, answer, what) => {
    expect(() => loadedFrom(answer)).toThrow(
      new CheckError(`It spoils the answers of its own process: ${what}.`),
    );
  });

  test('without a parameter there is nothing to judge', () => {
    const empty = sent({ template: { ...pointToWire(template()), params: {} } });
    expect(() => loadedFrom(empty)).toThrow(
      new CheckError('It has no parameter whose gradient could be judged.'),
    );
  });
});

describe('by differences of the own cost', () => {
  test('the gradient is right: no objection, and no word of a reference', async () => {
    const { verdicts, asked, ...verdict } = await judging(regression());
    expect(verdicts).toEqual(['dW right']);
    expect(Object.keys(verdict)).toEqual(['held']);
    // At two points, at each of them again, and with other data.
    expect(asksOf(asked)).toBe(5);
  });

  test('half of it is wrong, and nothing more is asked at the second point', async () => {
    const { verdicts, objection, asked } = await judging(regression(1, 0.5));
    expect([verdicts, objection]).toEqual([['dW wrong'], undefined]);
    expect(asksOf(asked)).toBe(4);
  });

  test('the points are near the own numbers, and none of them is theirs', async () => {
    const { asked } = await judging(regression());
    const points = asked.flatMap((one) => (one.ask === 'gradients' ? [one.point] : []));
    const [first, wide, other, again] = points.map(({ params, X }) => [
      decoded(params.W.data),
      decoded(X.data),
    ]);
    for (const W of [first[0], wide[0]]) expect([...W]).not.toEqual([0.4, -0.7]);
    expect(Math.max(...first[0].map(Math.abs))).toBeLessThanOrEqual(0.7 * 1.3);
    expect(Math.min(...first[0].map(Math.abs))).toBeGreaterThanOrEqual(0.4 * 0.7);
    expect(other[0]).toEqual(first[0]);
    expect(other[1]).not.toEqual(first[1]);
    expect(again).toEqual(first);
  });

  test('numbers that were drawn are drawn anew', async () => {
    const far = template({ params: new Map([['W', numbers([4000.5, -7000.5], [1, 2])]]) });
    const { asked, verdicts } = await judging(regression(), { template: far, isDrawn: true });
    const [first] = asked.flatMap((one) => (one.ask === 'gradients' ? [one.point] : []));
    expect(Math.max(...decoded(first.params.W.data).map(Math.abs))).toBeLessThan(10);
    expect(verdicts).toEqual(['dW right']);
  });

  test('every element at the first point, two directions at the second; the first is told', async () => {
    const params = new Map([['W', numbers([0.4, -0.7, 0.3], [1, 3])]]);
    const three = template({
      params,
      X: numbers([0.5, 1.5, 2.5], [3, 1]),
      Y: numbers([0.5], [1, 1]),
    });
    const { held, asked } = await judging(regression(), { template: three });
    expect(held).toEqual([{ name: 'dW', verdict: 'right', taken: 3, unknown: 0 }]);
    const alongs = asked.flatMap((one) =>
      one.ask === 'costs' ? [one.moves.map(({ along }) => along)] : [],
    );
    expect(alongs).toEqual([
      [0, 1, 2],
      [expect.any(String), expect.any(String)],
    ]);
  });

  test('the second point is drawn anew, whatever the own numbers are', async () => {
    const far = template({ params: new Map([['W', numbers([4000.5, -7000.5], [1, 2])]]) });
    const { asked } = await judging(regression(), { template: far });
    const [first, wide] = asked.flatMap((one) =>
      one.ask === 'gradients' ? [decoded(one.point.params.W.data)] : [],
    );
    expect(Math.min(...first.map(Math.abs))).toBeGreaterThan(1000);
    expect(Math.max(...wide.map(Math.abs))).toBeLessThan(10);
  });

  test('another seed draws other points', async () => {
    const first = async (seed: number) => {
      const { ask, asked } = asking(regression());
      await judge({ ask, loaded: loaded() }, seed);
      return asked[0];
    };
    expect(await first(1)).toEqual(await first(1));
    expect(await first(2)).not.toEqual(await first(1));
  });
});

describe('a gradient that is right at one point alone', () => {
  /** At the second point that it sees it is another. */
  const secondly = (there: (functions: Functions) => Functions) => {
    let first: string | undefined;
    const own = regression();
    const at = (point: At) => {
      first ??= point.params.W.join();
      return point.params.W.join() === first ? own : there(own);
    };
    return {
      cost: (point: At) => own.cost(point),
      gradients: (point: At) => at(point).gradients(point),
    };
  };

  test('is wrong', async () => {
    const { verdicts } = await judging(secondly(() => regression(1, 2)));
    expect(verdicts).toEqual(['dW wrong']);
  });

  test('is right where the second point is too much for the functions', async () => {
    const { verdicts, asked } = await judging(
      secondly(() => ({ ...regression(), gradients: fails })),
    );
    expect(verdicts).toEqual(['dW right']);
    expect(asksOf(asked)).toBe(4);
  });
});

describe('a cost that jumps', () => {
  /** Nothing can be known of it within reach of 1e9 jumps. */
  const jumps: Functions = {
    cost: (at) => regression().cost(at) + 1e-3 * Math.sin(1e12 * at.params.W[0]),
    gradients: regression().gradients,
  };
  const nothing =
    'The differences of its cost say nothing about dW: the cost has a kink, or is no steady function, at points that were drawn for it.';

  test('everywhere: nothing is known, and that is an objection', async () => {
    const { verdicts, objection } = await judging({
      ...jumps,
      cost: ({ params: { W } }) => Math.sin(1e12 * W[0]) + Math.sin(1e12 * W[1]),
    });
    expect([verdicts, objection]).toEqual([['dW unknown'], nothing]);
  });

  test('all that are not known are named', async () => {
    const params = new Map([
      ['V', numbers([0.4, -0.7])],
      ['W', numbers([0.3, 0.9])],
    ]);
    const both: Functions = {
      cost: ({ params }) =>
        Object.values(params).reduce(
          (sum, [a, b]) => sum + Math.sin(1e12 * a) + Math.sin(1e12 * b),
          0,
        ),
      gradients: () => ({ dV: [1, 1], dW: [1, 1] }),
    };
    const { objection } = await judging(both, { template: template({ params }) });
    expect(objection).toBe(nothing.replace('dW', 'dV, dW'));
  });

  test('as the reference does: as the teacher has it', async () => {
    const both = {
      ...jumps,
      cost: ({ params: { W } }: At) => Math.sin(1e12 * W[0]) + Math.sin(1e12 * W[1]),
    };
    const { verdicts, objection, differs } = await judging(both, {}, both);
    expect([verdicts, objection, differs]).toEqual([['dW unknown'], undefined, []]);
  });

  /** At the points of which the first element of W is that of the first pass, or is not. */
  const partly = (atFirst: boolean): Functions => {
    let first: Float64Array | undefined;
    return {
      gradients: (at) => {
        first ??= at.params.W;
        return regression().gradients(at);
      },
      cost: (at) => {
        const [a, b] = at.params.W;
        const isFirst = !first || Math.abs(a - first[0]) + Math.abs(b - first[1]) < 1e-2;
        const noise = Math.sin(1e12 * a) + Math.sin(1e12 * b);
        return regression().cost(at) + (isFirst === atFirst ? noise : 0);
      },
    };
  };

  test('at one of the two points: the other says it', async () => {
    for (const atFirst of [true, false]) {
      const { verdicts, objection } = await judging(partly(atFirst));
      expect([verdicts, objection]).toEqual([['dW right'], undefined]);
    }
  });
});

describe('what is right and says nothing', () => {
  const zero =
    'Every gradient is zero, or too small to be told from zero, at points that were drawn for it: this says nothing about its backward pass.';
  const constant = (J: number, dW = 0): Functions => ({
    cost: ({ params: { W } }) => J + dW * (W[0] + W[1]),
    gradients: () => ({ dW: [dW, dW] }),
  });
  const same =
    'Its gradients are the same for whatever X and Y: its cost is no function of the data.';

  test('a cost without a gradient', async () => {
    expect(await judging(constant(3))).toMatchObject({ verdicts: ['dW right'], objection: zero });
    expect((await judging(constant(3), { isLayer: true })).objection).toBe(zero);
    expect((await judging(constant(3), {}, constant(3))).objection).toBe(zero);
  });

  test('measured by the cost, or by 1', async () => {
    expect((await judging(constant(0.5, 0.9e-9))).objection).toBe(zero);
    expect((await judging(constant(0.5, 1.1e-9))).objection).toBe(same);
    expect((await judging(constant(-100, 0.9e-7))).objection).toBe(zero);
    expect((await judging(constant(-100, -1.1e-7))).objection).toBe(same);
  });

  test('a cost that the data have no part in', async () => {
    const decay: Functions = {
      cost: ({ params: { W } }) => W.reduce((sum, w) => sum + w * w, 0),
      gradients: ({ params: { W } }) => ({ dW: W.map((w) => 2 * w) }),
    };
    expect(await judging(decay)).toMatchObject({ verdicts: ['dW right'], objection: same });
    // A layer's parameters may be all that it has; and the reference is as the teacher has it.
    expect((await judging(decay, { isLayer: true })).objection).toBeUndefined();
    expect((await judging(decay, {}, decay)).objection).toBeUndefined();
  });

  test('one gradient of two that depends on them is enough', async () => {
    const params = new Map([
      ['W', numbers([0.4, -0.7], [1, 2])],
      ['b', numbers([0.3])],
    ]);
    const own = regression();
    const both: Functions = {
      cost: (at) => own.cost(at) + at.params.b[0] ** 2,
      gradients: (at) => ({ ...own.gradients(at), db: [2 * at.params.b[0]] }),
    };
    const { verdicts, objection } = await judging(both, { template: template({ params }) });
    expect([verdicts, objection]).toEqual([['dW right', 'db right'], undefined]);
  });

  test('two of which one is wrong: that is what is said', async () => {
    const params = new Map([
      ['W', numbers([0.4, -0.7], [1, 2])],
      ['b', numbers([0.3])],
    ]);
    const decay: Functions = {
      cost: ({ params: { W, b } }) => W.reduce((sum, w) => sum + w * w, b[0] ** 2),
      gradients: ({ params: { W, b } }) => ({ dW: W.map((w) => 2 * w), db: b }),
    };
    const { verdicts, objection, asked } = await judging(decay, { template: template({ params }) });
    expect([verdicts, objection]).toEqual([['dW right', 'db wrong'], undefined]);
    expect(asksOf(asked)).toBe(4);
  });

  test('where other data are too much for the functions that is not known', async () => {
    let passes = 0;
    const decay: Functions = {
      cost: ({ params: { W } }) => W.reduce((sum, w) => sum + w * w, 0),
      gradients: ({ params: { W } }) => (++passes === 3 ? fails() : { dW: W.map((w) => 2 * w) }),
    };
    expect((await judging(decay)).objection).toBeUndefined();
  });

  test('what is wrong is not called trivial', async () => {
    const wrong = { ...regression(), gradients: () => ({ dW: [0, 0] }) };
    expect(await judging(wrong)).toMatchObject({ verdicts: ['dW wrong'] });
    expect((await judging(wrong)).objection).toBeUndefined();
  });
});

describe('differences in place of a gradient', () => {
  test('are an objection, though the gradient is right', async () => {
    const own: Functions = {
      ...regression(),
      work: () => [
        [10, 100],
        [60, 600],
      ],
    };
    const { verdicts, objection } = await judging(own);
    expect(verdicts).toEqual(['dW right']);
    expect(objection).toMatch(/it computes differences, not a gradient\.$/);
  });

  test('also where they show at larger dimensions alone', async () => {
    const own: Functions = {
      ...regression(),
      work: ({ params: { W } }) => [
        [10, 100],
        [W.length > 2 ? 59 : 20, 200],
      ],
    };
    const larger = template({
      params: new Map([['W', numbers([0.4, -0.7, 0.3], [1, 3])]]),
      X: numbers([0.5, 1.5, 2.5], [3, 1]),
      Y: numbers([0.5], [1, 1]),
    });
    expect((await judging(own, { isDrawn: true })).objection).toBeUndefined();
    const { objection, verdicts, asked } = await judging(own, { isDrawn: true, larger });
    expect(verdicts).toEqual(['dW right']);
    expect(objection).toMatch(/^Its backward pass runs 59 operations .* \(3 numbers here\)/);
    expect(asksOf(asked)).toBe(6);
  });
});

describe('beside a reference', () => {
  test('the same function passes', async () => {
    const { verdicts, differs, objection } = await judging(regression(), {}, regression());
    expect([verdicts, differs, objection]).toEqual([['dW right'], [], undefined]);
  });

  test('another differs, once', async () => {
    const { verdicts, differs } = await judging(regression(2), {}, regression());
    expect(verdicts).toEqual(['dW right']);
    expect(differs).toHaveLength(2);
    expect(differs![0]).toMatch(/^The cost is /);
    expect(differs![1]).toBe('dW is 2 times that of the reference.');
  });

  test("the point is the reference's, whatever the submission says of its own", async () => {
    const own = { template: template({ params: new Map([['V', numbers([1])]]) }), isLayer: true };
    const { verdicts, differs } = await judging(regression(), own, regression());
    expect([verdicts, differs]).toEqual([['dW right'], []]);
  });

  test('a difference at the second point alone is seen', async () => {
    let first: string | undefined;
    const twofold: Functions = {
      cost: (at) => regression().cost(at),
      gradients: (at) => {
        first ??= at.params.W.join();
        return regression(1, at.params.W.join() === first ? 1 : 2).gradients(at);
      },
    };
    const { differs } = await judging(twofold, {}, regression());
    expect(differs).toEqual(['dW is 2 times that of the reference.']);
  });

  test('where the reference itself cannot cope nothing is compared', async () => {
    const { differs } = await judging(regression(2), {}, { ...regression(), gradients: fails });
    expect(differs).toEqual([]);
  });

  test('wrong, as the reference: no objection', async () => {
    const wrong = regression(1, 2);
    const { verdicts, differs, objection } = await judging(wrong, {}, wrong);
    expect([verdicts, differs, objection]).toEqual([['dW wrong'], [], undefined]);
  });
});

describe('functions that cannot cope', () => {
  test('with the first point: a second one, closer to their own numbers, is tried', async () => {
    let passes = 0;
    const own = regression();
    const late: Functions = {
      ...own,
      gradients: (at) => (++passes === 1 ? fails() : own.gradients(at)),
    };
    const { verdicts, asked } = await judging(late);
    expect(verdicts).toEqual(['dW right']);
    const near = asked.flatMap((one) => (one.ask === 'gradients' ? [one.point] : []))[1];
    const ratios = decoded(near.params.W.data).map((value, i) => value / [0.4, -0.7][i]);
    expect([Math.min(...ratios) >= 0.99, Math.max(...ratios) <= 1.01]).toEqual([true, true]);
  });

  test('with any: the first error is the one', async () => {
    let passes = 0;
    const never: Functions = {
      ...regression(),
      gradients: () => {
        throw new CheckError(`No ${++passes}.`);
      },
    };
    await expect(judging(never)).rejects.toThrow(new CheckError('No 1.'));
    expect(passes).toBe(2);
  });

  test.each([1, 2, 3])('a fault of the machine comes through, from pass %d', async (at) => {
    const broken = new TypeError('no pipe');
    const ask = changing(regression(), (answer, n) => {
      if (n === at) throw broken;
      return answer;
    });
    await expect(judge({ ask, loaded: loaded() }, 11)).rejects.toBe(broken);
  });
});

describe('two results for the same numbers', () => {
  // The fourth pass is the first one again.
  const again = (change: (answer: { cost: number; gradients: object }) => object, at = 4) =>
    judge(
      {
        ask: changing(regression(), (answer, n) =>
          n === at ? change(answer as { cost: number; gradients: object }) : answer,
        ),
        loaded: loaded(),
      },
      11,
    );
  const message =
    'It gives two results for the same numbers: it draws random numbers or keeps a state. Pass a fixed dropout mask or seed in.';
  const scaled = (factor: number) => (answer: { gradients: object }) => {
    const { dW } = answer.gradients as { dW: { data: string; shape: number[] } };
    const values = decoded(dW.data);
    values[1] *= factor;
    return {
      ...answer,
      gradients: { dW: { ...dW, data: Buffer.from(values.buffer).toString('base64') } },
    };
  };

  test.each<[string, (answer: { cost: number; gradients: object }) => object]>([
    ['another cost', (answer) => ({ ...answer, cost: answer.cost * (1 + 2 ** -52) })],
    ['another gradient', scaled(1 + 1e-9)],
    ['no gradient', (answer) => ({ ...answer, gradients: {} })],
    [
      'one of another name',
      (answer) => ({ ...answer, gradients: { dV: Object.values(answer.gradients)[0] } }),
    ],
    ['a shorter one', (answer) => ({ ...answer, gradients: { dW: { shape: [0], data: '' } } })],
  ])('%s', async (_, change) => {
    await expect(again(change)).rejects.toThrow(new CheckError(message));
    await expect(again(change, 5)).rejects.toThrow(new CheckError(message));
  });

  // J = Σ (W X - Y)² / m + b²: of two gradients one alone changes, whichever it is.
  test.each(['dW', 'db'])('%s alone, of two gradients', async (name) => {
    const plain = regression();
    const functions: Functions = {
      cost: (at) => plain.cost(at) + at.params.b[0] ** 2,
      gradients: (at) => ({ ...plain.gradients(at), db: [2 * at.params.b[0]] }),
    };
    const params = new Map([...template().params, ['b', numbers([0.25], [1, 1])] as const]);
    const changed = (answer: object) => {
      const { gradients } = answer as { gradients: Record<string, { data: string }> };
      const values = decoded(gradients[name].data).map((value) => 1.5 * value);
      return { ...answer, gradients: { ...gradients, [name]: wired(values, [1, values.length]) } };
    };
    const judging = (at: number) =>
      judge(
        {
          ask: changing(functions, (answer, n) => (n === at ? changed(answer) : answer)),
          loaded: loaded({ template: template({ params }) }),
        },
        11,
      );
    expect((await judging(0)).held.map(({ verdict }) => verdict)).toEqual(['right', 'right']);
    await expect(judging(4)).rejects.toThrow(new CheckError(message));
    await expect(judging(5)).rejects.toThrow(new CheckError(message));
  });

  test('the last places of a sum that was taken in another order are none', async () => {
    expect((await again(scaled(1 + 1e-14))).held[0].verdict).toBe('right');
  });
});
