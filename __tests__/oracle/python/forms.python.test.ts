import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import { temporaryFolder } from '../../support/temporaryFolder.js';
import { check, textOf, withNumpy, write, wrongIn } from './python.js';

/* The forms in which people write their passes, and what a file has to say about its inputs. */

const folder = temporaryFolder();
const file = (text: string, name = 'mine.py') => write(join(folder, name), text);
const names = async (path: string, options = {}) =>
  (await check(path, options)).parameters.map(({ name, passed }) => `${name} ${passed}`);

const affine = () => textOf('affine.py');
const without = (text: string) => text.replace(/^shapes = .*$/m, '');

withNumpy.test(
  'the module form: params, X and Y as numbers, cost and cache in a dict',
  async () => {
    const text = `
import numpy as np
params = {'W': np.array([[0.5, -1.0, 2.0]]), 'b': np.zeros((1, 1))}
X = np.array([[1.0, 2, 3, 4], [0, 1, -1, 2], [2, 0, 1, 1]])
Y = np.array([[1.0, 0, 2, 1]])

def forward(params, X, Y):
    E = params['W'] @ X + params['b'] - Y
    return {'cost': np.mean(E ** 2) / 2, 'cache': E}

def backward(params, X, Y, cache):
    return {'dW': cache @ X.T / X.shape[1], 'db': np.mean(cache, axis=1, keepdims=True)}
`;
    expect(await names(file(text))).toEqual(['dW true', 'db true']);
    expect(await names(file(text.replace('cache @ X.T /', '2 * cache @ X.T /')))).toEqual([
      ...['dW false', 'db true'],
    ]);
  },
);

withNumpy.test(
  'inputs as a dict, as a function that draws, as defaults, as annotations',
  async () => {
    const all = ['dx true', 'dw true', 'db true'];
    const numbers =
      "{'x': np.random.randn(3, 2, 3), 'w': np.random.randn(6, 2), 'b': np.array([0.1, -2.0])}";
    expect(await names(file(`${without(affine())}\ninputs = ${numbers}\n`))).toEqual(all);
    expect(
      await names(file(`${without(affine())}\ndef inputs(seed):\n    return ${numbers}\n`)),
    ).toEqual(all);
    const signed = (signature: string) =>
      file(without(affine()).replace('def forward(x, w, b)', `def forward(${signature})`));
    expect(
      await names(signed('x=np.ones((2, 6)) * 0.3, w=np.eye(6, 3) + 0.5, b=np.arange(3.0)')),
    ).toEqual(all);
    expect(await names(signed("x: 'N, D', w: ('D', 'M'), b: '(M,)'"))).toEqual(all);
  },
);

withNumpy.test(
  'gradients in a tuple without names belong to the inputs in their order',
  async () => {
    const text = affine().replace('return dx, dw, db', 'return dx * 1, dw * 2, db * 1');
    expect(await wrongIn(file(text))).toEqual(['dw']);
  },
);

withNumpy.test('a gradient that is not returned is missing', async () => {
  const report = await check(file(affine().replace('return dx, dw, db', 'return dx, dw')));
  expect(report.parameters.at(-1)?.problem).toBe('the backward pass does not return it');
});

withNumpy.test('several outputs, each with its own upstream gradient', async () => {
  const text = `
import numpy as np
shapes = {'xt': ['n', 'm'], 'a_prev': ['n', 'm']}

def cell_forward(xt, a_prev):
    a_next = np.tanh(xt + a_prev)
    y_pred = a_next * xt
    return a_next, y_pred, (a_next, xt)

def cell_backward(da_next, dy_pred, cache):
    a_next, xt = cache
    dz = (da_next + dy_pred * xt) * (1 - a_next ** 2)
    return {'dxt': dz + dy_pred * a_next, 'da_prev': dz}
`;
  expect(await names(file(text))).toEqual(['dxt true', 'da_prev true']);
  expect(await wrongIn(file(text.replace('+ dy_pred * a_next', '')))).toEqual(['dxt']);
});

withNumpy.test('a dropout mask that np.random draws is the same in every pass', async () => {
  const text = `
import numpy as np
shapes = {'x': ['N', 'D']}

def forward(x):
    mask = (np.random.rand(*x.shape) < 0.6) / 0.6
    return x * mask, mask

def backward(dout, cache):
    return dout * cache
`;
  expect(await names(file(text))).toEqual(['dx true']);
});

withNumpy.test('relu at zero: no difference is taken across the kink', async () => {
  const text = `
import numpy as np
inputs = {'x': np.array([[0.0, 1.0, -2.0]])}
def forward(x):
    return np.maximum(0, x), x
def backward(dout, cache):
    return dout * (cache > 0)
`;
  const report = await check(file(text));
  expect([report.passed, report.skipped]).toEqual([true, 1]);
});

withNumpy.test('what no kernel does: the differences decide, and it is said', async () => {
  const text = `
import numpy as np
shapes = {'A': [3, 3]}
def forward(A):
    B = np.linalg.inv(A + 4 * np.eye(3))
    return B, B
def backward(dout, cache):
    return -cache.T @ dout @ cache.T
`;
  const right = await check(file(text));
  expect(right.passed).toBe(true);
  expect(right.notes).toEqual(['Autodiff ends at np.inv in line 5: the differences decide.']);
  expect(await wrongIn(file(text.replace('-cache.T', 'cache.T')))).toEqual(['dA']);
});

withNumpy.test('an input that is changed in place is named with its line', async () => {
  const text = affine().replace('    rows = x', '    x -= x.mean()\n    rows = x');
  const { notes } = await check(file(text));
  expect(notes.join(' ')).toContain('x is changed in place in line 8');
});

const cell = (source: string) => ({ cell_type: 'code', source: source.split(/(?<=\n)/) });
const notebook = (...cells: string[]) => {
  const path = join(folder, 'mine.ipynb');
  const markdown = { cell_type: 'markdown', source: ['# Affine'] };
  writeFileSync(
    path,
    JSON.stringify({ nbformat: 4, cells: [markdown, ...cells.map((text) => cell(text))] }),
  );
  return path;
};

withNumpy.test(
  'a notebook: magics are left out, nothing trains, lines are counted in the cell',
  async () => {
    const passes = affine().split('\n\n\n');
    const cells = [
      '%matplotlib inline\n!pip list\nimport numpy as np\nimport not_there\n',
      passes[0].replace('import numpy as np\n', ''),
      passes[1],
      passes[2],
      'result = forward(1, 2, 3)\nprint(result)\n',
    ];
    const right = await check(notebook(...cells));
    expect(right.passed).toBe(true);
    expect(right.notes).toEqual([
      "ModuleNotFoundError: No module named 'not_there' in cell 1, line 4, which was left out.",
    ]);
    cells[3] = passes[2].replace('axis=0', 'axis=3');
    await expect(check(notebook(...cells))).rejects.toThrow(
      /^mine\.ipynb: backward throws: AxisError: .* \(mine\.ipynb cell 4, line 5\)$/,
    );
  },
);
