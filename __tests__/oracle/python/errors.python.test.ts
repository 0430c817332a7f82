import { spawnSync } from 'node:child_process';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from '@jest/globals';
import { checkPythonFile, executableOf } from '../../../src/cli/python/check.js';
import type { PythonCheckOptions } from '../../../src/oracle/python/checkPython.js';
import { temporaryFolder } from '../../support/temporaryFolder.js';
import { check, python, textOf, withNumpy, write } from './python.js';

/* What cannot be checked gets one sentence, with the user's own line. */

const folder = temporaryFolder();
const affine = () => textOf('affine.py');
const saying = (text: string, options: PythonCheckOptions = {}) =>
  check(write(join(folder, 'mine.py'), text), options).then(
    () => 'nothing',
    (error: Error) => error.message,
  );
const changed = (from: string, to: string) => affine().replace(from, () => to);

const refused: readonly [string, () => string, string, PythonCheckOptions?][] = [
  [
    'a syntax error',
    () => changed('def backward(dout, cache):', 'def backward(dout, cache)'),
    "mine.py: Expected ':' (mine.py:14)",
  ],
  [
    'an exception while the file is loaded',
    () => `${affine()}\nprint(undefined_name)\n`,
    "mine.py: NameError: name 'undefined_name' is not defined (mine.py:21)",
  ],
  [
    'an exception in forward',
    () => changed('rows.dot(w)', 'rows.dot(w.T)'),
    'mine.py: forward throws: ValueError: shapes (7,6) and (5,6) not aligned: 6 (dim 1) != 5 (dim 0) (mine.py:9)',
  ],
  [
    'an exception in backward',
    () => changed('np.sum(dout, axis=0)', 'np.sum(dout, axis=2)'),
    'mine.py: backward throws: AxisError: axis 2 is out of bounds for array of dimension 2 (mine.py:18)',
  ],
  [
    'a backward pass without return',
    () => changed('    return dx, dw, db', '    pass'),
    "mine.py: backward returns nothing (None); it must return the gradients, {'dx': …, 'dw': …, 'db': …} or a tuple of them (mine.py:14)",
  ],
  [
    'a forward pass without return',
    () => changed('    return out, cache', '    pass'),
    'mine.py: forward returns nothing (None); it must return (out, cache) or (cost, cache) (mine.py:7)',
  ],
  [
    'a gradient that is no array',
    () => changed('return dx, dw, db', "return {'dx': dx, 'dw': 'dw', 'db': db}"),
    'mine.py: backward returns a str for dw; return an array of numbers (mine.py:14)',
  ],
  [
    'no backward',
    () => changed('def backward', 'def backwards'),
    'mine.py: there is no function backward; it defines forward, backwards. Write def forward(x, w, b) and def backward(dout, cache), or name yours: --forward NAME --backward NAME.',
  ],
  [
    'a name that is not there',
    affine,
    'mine.py: there is no function affine. Its functions: forward, backward.',
    { forward: 'affine' },
  ],
  [
    'no shapes and no inputs',
    () => affine().replace(/^shapes = .*$/m, ''),
    "mine.py: nothing says what x, w and b of forward(x, w, b) are. Add shapes = {'x': ['N', 'D'], 'w': ['N', 'D'], …}, or inputs = {'x': np.random.randn(4, 3), …} (mine.py:7)",
  ],
  [
    'shapes that are none',
    () => affine().replace(/^shapes = .*$/m, "shapes = {'x': [1.5]}"),
    "mine.py: shapes: x is [1.5]; list its sides, names or whole numbers, such as ['N', 'D'].",
  ],
  [
    'a cost that is no number',
    () => textOf('week3.py').replace('cost = -np.sum(logprobs) / m', 'return -logprobs'),
    'mine.py: compute_cost returns a cost of the shape (1, 5); it must be one number. Is a sum or mean missing? (mine.py:27)',
  ],
  [
    'a cost that is not finite',
    () => changed('out = rows.dot(w) + b', 'out = rows.dot(w) / (0 * b)'),
    'mine.py: forward gives numbers that are not finite at the point of the check. Give inputs = {…} for which they are.',
  ],
  [
    'a process that ends',
    () => `${affine()}\nimport os\nos._exit(3)\n`,
    'Python ends (exit code 3) before it has answered.',
  ],
  [
    'sys.exit',
    () => `${affine()}\nimport sys\nsys.exit()\n`,
    'mine.py: it ends the process (SystemExit) (mine.py:22)',
  ],
  [
    'random numbers of its own',
    () => changed('out = rows', 'out = np.random.default_rng().normal() + rows'),
    'mine.py: forward gives two results for the same input: it draws random numbers or keeps a state. Draw with np.random, which the check seeds, or pass a mask in (mine.py:7)',
  ],
];

const rows = refused.map(([what, text, sentence, options = {}]) => ({
  ...{ what, text, sentence, options },
}));
withNumpy.test.each(rows)('$what', async ({ text, sentence, options }) => {
  expect(await saying(text(), options)).toBe(sentence);
});

withNumpy.test('no numpy: says how to get it', async () => {
  const bare = join(folder, 'bare-python');
  writeFileSync(bare, `#!/bin/sh\nexec ${executableOf(python)} -S "$@"\n`);
  chmodSync(bare, 0o755);
  const path = write(join(folder, 'mine.py'), affine());
  await expect(checkPythonFile(path, bare, {})).rejects.toThrow(
    /^mine\.py: this Python has no numpy\. Install it, \S+ -m pip install numpy, or name a Python that has it: --python PATH/,
  );
});

withNumpy.test('what the functions print goes to stderr, once, and disturbs nothing', async () => {
  const loud = affine()
    .replace('    cache = ', '    print(\'{"error": 1}\'); input\n    cache = ')
    .replace('    return dx', "    print('backward')\n    return dx");
  const path = write(join(folder, 'mine.py'), loud);
  const main = fileURLToPath(new URL('../../../src/cli/main.ts', import.meta.url));
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    ['--import', 'tsx', main, 'check', path, '--json', '--python', python],
    { encoding: 'utf8', cwd: fileURLToPath(new URL('../../..', import.meta.url)) },
  );
  expect(JSON.parse(stdout).passed).toBe(true);
  expect(stderr).toBe('{"error": 1}\nbackward\n');
  expect(status).toBe(0);
});
