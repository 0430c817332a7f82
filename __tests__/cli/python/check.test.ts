import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { checkPythonFile, executableOf, isPython } from '../../../src/cli/python/check.js';
import { temporaryFolder } from '../../support/temporaryFolder.js';

const folder = temporaryFolder();

test('Python files are known by their endings', () => {
  expect(['a.py', 'b.ipynb', 'c.PY', 'd.mjs', 'py'].filter(isPython)).toEqual([
    ...['a.py', 'b.ipynb', 'c.PY'],
  ]);
});

test('a file that is not there', async () => {
  await expect(checkPythonFile('nowhere.py', 'python3', {})).rejects.toThrow(
    'There is no file nowhere.py.',
  );
});

test('no Python: says so, and how to name one', async () => {
  const path = join(folder, 'mine.py');
  writeFileSync(path, '');
  await expect(checkPythonFile(path, 'no-such-python', {})).rejects.toThrow(
    'Python does not start: there is no no-such-python. Install Python 3 with numpy, or name yours: --python PATH',
  );
  expect(executableOf('no-such-python')).toBe('no-such-python');
});

test('a Python that ends without an answer', async () => {
  const path = join(folder, 'mine.py');
  const broken = join(folder, 'broken-python');
  writeFileSync(path, '');
  writeFileSync(broken, '#!/bin/sh\nexit 7\n');
  chmodSync(broken, 0o755);
  await expect(checkPythonFile(path, broken, {})).rejects.toThrow(
    'Python ends (exit code 7) before it has answered.',
  );
});
