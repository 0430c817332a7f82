import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';

const root = fileURLToPath(new URL('..', import.meta.url));

test('docs/README.md lists every page', () => {
  const index = readFileSync(join(root, 'docs', 'README.md'), 'utf8');
  const pages = ['', 'decisions/'].flatMap((folder) =>
    readdirSync(join(root, 'docs', folder))
      .filter((file) => file.endsWith('.md') && file !== 'README.md')
      .map((file) => `${folder}${file}`),
  );
  expect(pages.length).toBeGreaterThan(10);
  expect(pages.filter((page) => !index.includes(`(${page})`))).toEqual([]);
});

test('the API reference has no warning', () => {
  const typedoc = join(root, 'node_modules', 'typedoc', 'bin', 'typedoc');
  const ran = spawnSync(process.execPath, [typedoc, '--emit', 'none'], {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1' },
  });
  expect(ran).toMatchObject({ status: 0, stdout: '', stderr: '' });
});
