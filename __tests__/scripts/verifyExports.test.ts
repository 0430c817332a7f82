import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { environment } from '../../scripts/python/environment.js';
import { needs, setup, VerifyError } from '../../scripts/verify-exports/python.js';
import { summary } from '../../scripts/verify-exports/text.js';
import type { Finding, Verified } from '../../scripts/verify-exports/verify.js';
import { root as checkout } from '../cli/handgrad.js';
import { temporaryFolder } from '../support/temporaryFolder.js';

const root = temporaryFolder();
describe('what it prints', () => {
  const finding = (change: Partial<Finding>): Finding => ({
    ...{ case: 'tanh, L = 2', format: 'onnx', tool: 'onnxruntime', difference: 2e-7, ...change },
  });
  const verified = (...findings: Finding[]): Verified => ({
    versions: { onnxruntime: '1.31.1' },
    findings,
  });

  test('a line for each format and tool, with the largest difference', () => {
    const [head, row, ...rest] = summary(
      verified(finding({}), finding({ difference: 3e-6 })),
    ).split('\n');
    expect(head).toMatch(/^format +tool/);
    expect(row).toMatch(/^onnx +onnxruntime 1\.31\.1 +2 networks +3\.0e-6 +right$/);
    expect(rest).toEqual([]);
  });

  test('what is wrong is counted, and told below', () => {
    const text = summary(verified(finding({}), finding({ wrong: 'W1 has other bits' })));
    expect(text).toMatch(/2 networks +2\.0e-7 +1 WRONG$/m);
    expect(text).toMatch(/^onnx of tanh, L = 2, onnxruntime: W1 has other bits$/m);
  });
});

describe('without Python', () => {
  test('--setup: one line, and what to do; nothing is left behind', async () => {
    const { HANDGRAD_CACHE } = process.env;
    process.env.HANDGRAD_CACHE = join(root, 'cache');
    try {
      const failure = setup(() => {}, join(root, 'no-python'));
      await expect(failure).rejects.toThrow(VerifyError);
      await expect(failure).rejects.toThrow(/ failed \(not found\)\. Install Python 3/);
      expect(existsSync(environment(needs))).toBe(false);
    } finally {
      if (HANDGRAD_CACHE === undefined) delete process.env.HANDGRAD_CACHE;
      else process.env.HANDGRAD_CACHE = HANDGRAD_CACHE;
    }
  });

  test('the check: exit 1 and one line', () => {
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      ['--import', 'tsx', join('scripts', 'verify-exports.ts')],
      {
        cwd: checkout,
        env: { ...process.env, HANDGRAD_PYTHON: join(root, 'no-python') },
        encoding: 'utf8',
      },
    );
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toMatch(
      /^\S+no-python does not run \(not found\): .* "npm run verify-exports -- --setup" .*\n$/,
    );
  });
});
