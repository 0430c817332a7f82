import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { projectWhereTfjsNodeIs, removeTemporaryFolders } from '../runtime/fixture.js';
import { handgrad, root } from './handgrad.js';

afterAll(removeTemporaryFolders);

test('--json prints one value on stdout: which backends work', async () => {
  const { code, stdout, stderr } = await handgrad(['doctor', '--json']);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(JSON.parse(stdout)).toMatchObject({
    node: process.versions.node,
    backends: { native: {}, wasm: { works: true }, cpu: { works: true } },
  });
});

test('in words: what works, what does not and why, and the command that mends it', async () => {
  const project = projectWhereTfjsNodeIs('absent');
  cpSync(join(root, 'src'), join(project, 'src'), { recursive: true });
  const { code, stdout, stderr } = await handgrad(['doctor'], { project, cwd: project });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toMatch(new RegExp(`^handgrad \\S+ on Node ${process.versions.node}\n`));
  expect(stdout).toMatch(/^native +does not work$/m);
  expect(stdout).toMatch(/^wasm +works +tfjs \d/m);
  expect(stdout).toMatch(/^cpu +works +tfjs \d/m);
  expect(stdout).toContain('@tensorflow/tfjs-node, which is not installed');
  expect(stdout).toMatch(/^Missing: native backend\. Run "npm run setup"\.$/m);
});
