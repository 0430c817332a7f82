import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { temporaryFolder } from '../support/temporaryFolder.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = process.env.HANDGRAD_DATA ?? join(root, '..', 'shared', 'data', 'catvnoncat');
const to = temporaryFolder();

let handle: RequestListener;
const server = createServer((request, response) => handle(request, response));
let address: string;

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/set`;
});

afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

/** `handgrad data --to FOLDER` in a process of its own, with another address than GitHub's. */
async function handgradData(HANDGRAD_DATA_URL = address) {
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', 'src/cli/main.ts', 'data', '--to', to],
    { cwd: root, env: { ...process.env, HANDGRAD_DATA_URL } },
  );
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (text) => {
    stdout += text;
  });
  child.stderr.on('data', (text) => {
    stderr += text;
  });
  const code = await new Promise((resolve) => child.on('close', resolve));
  return { code, stdout, stderr };
}

test('other bytes than expected: exit 1, one line that says so, and nothing is left', async () => {
  handle = (_, response) => response.end(Buffer.alloc(2_572_022));
  const { code, stdout, stderr } = await handgradData();
  // sha256sum of 2,572,022 zeros
  const zeros = 'e84479179d773253eb39c7b4f75e289ef1b95e673f2fee4316b89c6bad0a286e';
  expect(stderr).toBe(
    `train_catvnoncat.h5 could not be downloaded from ${address}/train_catvnoncat.h5: it is ` +
      `another file, of SHA-256 ${zeros} where ` +
      'fbe56ab67c3ae28d564e3a644189117976d6b31af0a3ce9bb17dbf22908af242 was expected. ' +
      'Run `npm run handgrad -- data` again, or get both files by hand and name their folder with --data.\n',
  );
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(readdirSync(to)).toEqual([]);
});

test('an address without https: exit 1, one line, and nobody is asked', async () => {
  const { code, stderr } = await handgradData('http://example.org/set');
  expect(stderr).toMatch(
    /^The cat set cannot be downloaded from http:\/\/example\.org\/set: .*\n$/,
  );
  expect(code).toBe(1);
  expect(readdirSync(to)).toEqual([]);
});

const isHere = existsSync(join(folder, 'train_catvnoncat.h5'));
const title = 'the cat set lies in the folder, and the last line says how to train on it';

(isHere ? test : test.skip)(
  isHere ? title : `${title}: not run, the set is not here; name its folder in HANDGRAD_DATA`,
  async () => {
    handle = ({ url }, response) =>
      response.end(readFileSync(join(folder, url!.slice('/set/'.length))));
    expect(await handgradData()).toEqual({
      code: 0,
      stdout: '',
      stderr: `Downloaded the cat data set to ${to}. Train on it: \`npm run handgrad -- train --data ${to}\`\n`,
    });
    expect(readdirSync(to).sort()).toEqual(['test_catvnoncat.h5', 'train_catvnoncat.h5']);
    for (const name of readdirSync(to)) {
      expect(readFileSync(join(to, name)).equals(readFileSync(join(folder, name)))).toBe(true);
    }
  },
);
