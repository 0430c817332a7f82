import { describe, expect, test } from '@jest/globals';
import { FusedLoop, fused } from '../../../src/compiled/wasm/fusion.js';
import { type DataOf, OwnProduct } from '../../../src/compiled/wasm/passes.js';
import type { Batch } from '../../../src/compiled/wasm/product.js';
import type { Call } from '../../../src/compiled/wasm/recording.js';

type Shape = readonly number[];

/** Steps on tensors that are named by numbers: what is there at first, and what each call makes. */
class Steps {
  readonly shapes = new Map<number, { shape: Shape; dtype: 'float32' | 'bool' }>();
  readonly calls: Call[] = [];

  tensor(shape: Shape, dtype: 'float32' | 'bool' = 'float32'): number {
    const id = this.shapes.size + 1;
    this.shapes.set(id, { shape, dtype });
    return id;
  }

  unary(kernel: string, x: number): number {
    const writes = this.tensor(this.shapes.get(x)!.shape);
    this.calls.push({ kernel, args: [x, 1, writes], reads: [x], writes });
    return writes;
  }

  product(a: number, b: number, batch?: Batch): number {
    const [[rows, depth], [, columns]] = [a, b].map((id) => this.shapes.get(id)!.shape.slice(-2));
    const writes = this.tensor(batch ? [batch.count, rows, columns] : [rows, columns]);
    const product = { rows, depth, columns, transposedA: false, transposedB: false, batch };
    this.calls.push({ own: new OwnProduct(product), args: [], reads: [a, b], writes });
    return writes;
  }

  /** In other shapes than those that the tensors were made with, if given. */
  binary(
    kernel: string,
    a: number,
    b: number,
    shape: Shape,
    as: Record<number, Shape> = {},
  ): number {
    const writes = this.tensor(shape);
    const of = (id: number) => as[id] ?? this.shapes.get(id)!.shape;
    const bytes = (id: number) => new Uint8Array(Int32Array.from(of(id)).buffer);
    const args = [a, bytes(a), of(a).length, b, bytes(b), of(b).length, 1, writes];
    this.calls.push({ kernel, args, reads: [a, b], writes });
    return writes;
  }

  /** What stands there after the pass: the kernels of each loop, and how it reads. */
  fused(
    outputs: Record<string, number>,
    changes: ReadonlySet<number> = new Set(this.shapes.keys()),
  ) {
    const dataOf = ((id: number) => this.shapes.get(id)) as unknown as DataOf;
    const { calls } = fused({ calls: this.calls, outputs }, changes, dataOf);
    return calls.map(({ kernel, own, reads, writes }) => {
      if (own instanceof OwnProduct)
        return {
          product: own.tail?.loop.steps.map((step) => step.kernel),
          sum: own.tail?.sum,
          reads,
        };
      if (!(own instanceof FusedLoop)) return kernel;
      const { loop } = own;
      return {
        kernels: loop.steps.map((step) => step.kernel),
        size: [loop.rows, loop.columns],
        reads: reads.map((id, i) => [id, loop.inputs[i]]),
        writes,
      };
    });
  }
}

describe('a result that nothing else reads stays in a register', () => {
  test('W - α dW is one loop', () => {
    const steps = new Steps();
    const [W, dW, rate] = [steps.tensor([3, 4]), steps.tensor([3, 4]), steps.tensor([])];
    const change = steps.binary('Multiply', rate, dW, [3, 4]);
    const next = steps.binary('Sub', W, change, [3, 4]);
    expect(steps.fused({ W: next })).toEqual([
      {
        kernels: ['Multiply', 'Sub'],
        size: [1, 12],
        reads: [
          [rate, 'scalar'],
          [dW, 'each'],
          [W, 'each'],
        ],
        writes: next,
      },
    ]);
  });

  test('x is read twice by what is in the loop: A (1 - A)', () => {
    const steps = new Steps();
    const [Z, one] = [steps.tensor([5]), steps.tensor([])];
    const A = steps.unary('Abs', Z);
    const rest = steps.binary('Sub', one, A, [5]);
    const dZ = steps.binary('Multiply', A, rest, [5]);
    const [loop] = steps.fused({ dZ });
    expect(loop).toMatchObject({ kernels: ['Abs', 'Sub', 'Multiply'], writes: dZ });
  });

  test('a bias of rows, in the shape in which it is read', () => {
    const steps = new Steps();
    const [Z, b] = [steps.tensor([1, 3, 4]), steps.tensor([3])];
    const sum = steps.binary('Add', Z, b, [3, 4], { [Z]: [3, 4], [b]: [3, 1] });
    const A = steps.unary('Relu', sum);
    expect(steps.fused({ A })).toMatchObject([
      {
        size: [3, 4],
        reads: [
          [Z, 'each'],
          [b, 'column'],
        ],
      },
    ]);
  });

  test('a bias of columns, behind several axes', () => {
    const steps = new Steps();
    const [Z, b] = [steps.tensor([2, 3, 4]), steps.tensor([4])];
    const sum = steps.binary('Add', Z, b, [2, 3, 4]);
    const A = steps.unary('Relu', sum);
    expect(steps.fused({ A })).toMatchObject([
      {
        size: [6, 4],
        reads: [
          [Z, 'each'],
          [b, 'row'],
        ],
      },
    ]);
  });
});

describe('what is done with a product alone is done with its sums', () => {
  const matrices = () => {
    const steps = new Steps();
    const [W, X, b] = [steps.tensor([3, 4]), steps.tensor([4, 5]), steps.tensor([3, 1])];
    return { steps, W, X, b };
  };

  test('a layer, relu(W X + b), and a single operation', () => {
    const { steps, W, X, b } = matrices();
    const A = steps.unary('Relu', steps.binary('Add', steps.product(W, X), b, [3, 5]));
    const last = steps.unary('Neg', steps.product(W, X));
    expect(steps.fused({ A, last })).toEqual([
      { product: ['Add', 'Relu'], sum: 0, reads: [W, X, b] },
      { product: ['Neg'], sum: 0, reads: [W, X] },
    ]);
  });

  test('one of two products: the other is there before', () => {
    const { steps, W, X } = matrices();
    const [first, second] = [steps.product(W, X), steps.product(W, X)];
    const sum = steps.binary('Sub', first, second, [3, 5]);
    expect(steps.fused({ sum })).toEqual([
      { product: undefined, sum: undefined, reads: [W, X] },
      { product: ['Sub'], sum: 0, reads: [W, X, second] },
    ]);
  });

  test.each<[string, (steps: Steps, W: number, X: number) => Record<string, number>]>([
    [
      'that another kernel reads',
      (steps, W, X) => {
        const Z = steps.product(W, X);
        return { A: steps.unary('Relu', Z), other: steps.unary('Exp', Z) };
      },
    ],
    [
      'that is kept',
      (steps, W, X) => {
        const Z = steps.product(W, X);
        return { A: steps.unary('Relu', Z), Z };
      },
    ],
    [
      'that is read in other rows and columns',
      (steps, W, X) => {
        const Z = steps.product(W, X);
        const b = steps.tensor([5, 1]);
        return { A: steps.binary('Add', Z, b, [5, 3], { [Z]: [5, 3] }) };
      },
    ],
    [
      'that is broadcast',
      (steps, _, X) => {
        const Z = steps.product(steps.tensor([1, 4]), X);
        return { A: steps.binary('Add', Z, steps.tensor([3, 5]), [3, 5]) };
      },
    ],
    [
      'of a batch',
      (steps, W, X) => ({
        A: steps.unary('Relu', steps.product(W, X, { count: 2, ownA: false, ownB: false })),
      }),
    ],
  ])('but not with one %s', (_, make) => {
    const { steps, W, X } = matrices();
    const outputs = make(steps, W, X);
    expect(steps.fused(outputs)).toContainEqual(expect.objectContaining({ product: undefined }));
  });

  test('but not with one that no step changes', () => {
    const { steps, W, X } = matrices();
    const Z = steps.product(W, X);
    const A = steps.binary('Add', Z, steps.tensor([3, 5]), [3, 5]);
    expect(steps.fused({ A }, new Set([A]))).toEqual([
      { product: undefined, sum: undefined, reads: [W, X] },
      'Add',
    ]);
  });
});

describe('what is not joined', () => {
  test('a result that is kept, or that another kernel reads', () => {
    const steps = new Steps();
    const X = steps.tensor([4]);
    const kept = steps.unary('Square', X);
    const read = steps.unary('Neg', X);
    const other = steps.unary('Exp', read);
    const a = steps.binary('Add', kept, read, [4]);
    expect(steps.fused({ a, kept, other })).toEqual(['Square', 'Neg', 'Exp', 'Add']);
  });

  test('what no step changes, with what changes: it is computed once', () => {
    const steps = new Steps();
    const [X, W] = [steps.tensor([4]), steps.tensor([4])];
    const fixed = steps.unary('Square', X);
    const next = steps.binary('Add', W, fixed, [4]);
    expect(steps.fused({ W: next }, new Set([W, next]))).toEqual(['Square', 'Add']);
  });

  test('fewer numbers that are broadcast later', () => {
    const steps = new Steps();
    const [Z, b] = [steps.tensor([3, 4]), steps.tensor([3, 1])];
    const twice = steps.unary('Square', b);
    const sum = steps.binary('Add', Z, twice, [3, 4]);
    expect(steps.fused({ sum })).toEqual(['Square', 'Add']);
  });

  test('two splits into rows and columns', () => {
    const steps = new Steps();
    const [Z, b, c] = [steps.tensor([6, 2]), steps.tensor([6, 1]), steps.tensor([4])];
    const sum = steps.binary('Add', Z, b, [6, 2]);
    const again = steps.binary('Add', sum, c, [3, 4], { [sum]: [3, 4] });
    expect(steps.fused({ again })).toEqual(['Add', 'Add']);
  });

  test('a broadcast along an axis in the middle', () => {
    const steps = new Steps();
    const [Z, b] = [steps.tensor([2, 3, 4]), steps.tensor([2, 1, 4])];
    const sum = steps.binary('Add', Z, b, [2, 3, 4]);
    const A = steps.unary('Relu', sum);
    expect(steps.fused({ A })).toEqual(['Add', 'Relu']);
  });

  test('other types, and kernels that are not rounded alike', () => {
    const steps = new Steps();
    const [X, mask] = [steps.tensor([4]), steps.tensor([4], 'bool')];
    const masked = steps.binary('Multiply', X, mask, [4]);
    const e = steps.unary('Exp', steps.unary('Neg', masked));
    expect(steps.fused({ e })).toEqual(['Multiply', 'Neg', 'Exp']);
  });
});

test('a long chain is cut where its values no longer fit in registers, and is still in order', () => {
  const steps = new Steps();
  let x = steps.tensor([4]);
  for (let i = 0; i < 40; i++) x = steps.unary(i % 2 ? 'Neg' : 'Square', x);
  const loops = steps
    .fused({ x })
    .flatMap((loop) => (typeof loop === 'object' && loop.kernels ? loop : []));
  expect(loops.flatMap(({ kernels }) => kernels)).toEqual(steps.calls.map(({ kernel }) => kernel));
  expect(loops.length).toBeGreaterThan(1);
  for (const [i, loop] of loops.slice(1).entries()) expect(loop.reads[0][0]).toBe(loops[i].writes);
});
