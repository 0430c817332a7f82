import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { makeCgroup, mostProcesses } from '../../../../src/cli/grade/isolation/cgroup.js';
import {
  chooseIsolation,
  inIsolation,
  launchOf,
} from '../../../../src/cli/grade/isolation/launch.js';
import { needing } from '../../../support/needs.js';
import { temporaryFolder } from '../../../support/temporaryFolder.js';

/*
 * The walls by themselves: scripts that no loader and no hardened realm holds back, as a submission that
 * has got past those.
 */

const folder = temporaryFolder();
const theirs = join(folder, 'classmate.mjs');
let port = 0;
const server = createServer((socket) => socket.end('hello'));

beforeAll(async () => {
  writeFileSync(theirs, 'export const secret = 1;');
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as { port: number }).port;
});
afterAll(() => void server.close());

const tries = (body: string) => `
import fs from 'node:fs'; import net from 'node:net'; import os from 'node:os'; import child_process from 'node:child_process';
const said = [];
const attempt = async (name, f) => { try { said.push(name + ': ' + (await f())); } catch (e) { said.push(name + ': ' + (e.code ?? e.message)); } };
${body}
process.stdout.write(JSON.stringify(said)); process.exit(0);`;

const common = () => `
await attempt('classmate', () => fs.readFileSync(${JSON.stringify(theirs)}, 'utf8'));
await attempt('passwd', () => fs.readFileSync('/etc/passwd', 'utf8').length);
await attempt('own file', () => fs.writeFileSync(process.argv[1], 'x'));
await attempt('a new file', () => fs.writeFileSync(${JSON.stringify(join(folder, 'new'))}, 'x'));
await attempt('Node', () => fs.writeFileSync(process.execPath, 'x'));`;

let made = 0;
function script(body: string): string {
  const own = join(folder, `s${++made}`);
  mkdirSync(own);
  const path = join(own, 'mine.mjs');
  writeFileSync(path, tries(body));
  return path;
}

/** How a script is run that sees its own file alone. */
const walled = (path: string) =>
  inIsolation('bubblewrap', process.execPath, [path], [path], join(path, '..'));

needing('bubblewrap', chooseIsolation('auto') === 'bubblewrap').describe('bubblewrap', () => {
  const run = (body: string): string[] => {
    const path = script(body);
    const { command, args, env, cwd } = walled(path);
    const { stdout, stderr } = spawnSync(command, args, {
      env,
      cwd,
      encoding: 'utf8',
      timeout: 60_000,
    });
    expect(stderr).toBe('');
    return JSON.parse(stdout) as string[];
  };

  test('no file but its own, and none to write to', () => {
    expect(run(common())).toEqual([
      ...['classmate: ENOENT', 'passwd: ENOENT', 'own file: EROFS'],
      ...['a new file: undefined', 'Node: EROFS'], // in a /tmp of its own
    ]);
    expect(existsSync(join(folder, 'new'))).toBe(false);
    expect(run(`await attempt('root', () => fs.writeFileSync('/new', 'x'));`)).toEqual([
      'root: EROFS',
    ]);
  });

  test('no process, no secret of ours, no network, and no rights', async () => {
    process.env.HANDGRAD_SECRET = 'hush';
    const said = run(`
await attempt('kill', () => process.kill(${process.pid}, 0));
await attempt('stop all', () => { fs.readdirSync('/proc').filter((n) => /^\\d+$/.test(n)).length; return fs.readdirSync('/proc').filter((n) => /^\\d+$/.test(n)).length < 8; });
await attempt('environ', () => fs.readdirSync('/proc').filter((n) => /^\\d+$/.test(n)).some((n) => { try { return fs.readFileSync('/proc/' + n + '/environ', 'latin1').includes('hush'); } catch { return false; } }));
await attempt('stdout of the parent', () => fs.writeFileSync('/proc/' + process.ppid + '/fd/3', 'x'));
await attempt('network', () => new Promise((yes, no) => net.connect(${port}, '127.0.0.1').on('connect', () => yes('connected')).on('error', no)));
await attempt('user', () => process.getuid());
await attempt('root', () => process.setuid(0));
await attempt('host', () => os.hostname());`);
    delete process.env.HANDGRAD_SECRET;
    const [kill, processes, environ, stdout, network, ...rest] = said;
    expect([kill, processes, environ]).toEqual(['kill: ESRCH', 'stop all: true', 'environ: false']);
    expect(stdout).toMatch(/: E(NOENT|ACCES|NXIO)$/);
    expect(network).toMatch(/: E(CONNREFUSED|NETUNREACH)$/);
    expect(rest).toEqual(['user: 65534', 'root: EINVAL', 'host: submission']); // there is no root here
  });

  test('a /tmp of its own with an end', () => {
    const [tmp] = run(
      `await attempt('tmp', () => fs.writeFileSync('/tmp/x', Buffer.alloc(2 ** 26)));`,
    );
    expect(tmp).toBe('tmp: ENOSPC');
  });

  test('what it starts ends with it, wherever it has put itself', async () => {
    const mark = `survivor-${process.pid}`;
    const path = script(`
child_process.spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)', '${mark}'], { detached: true, stdio: 'ignore' }).unref();
await new Promise(() => setInterval(() => {}, 1000));`);
    const { command, args, env, cwd } = walled(path);
    const child = spawn(command, args, { env, cwd, stdio: 'ignore', detached: true });
    const isThere = () =>
      String(spawnSync('ps', ['-A', '-o', 'args=']).stdout)
        .split('\n')
        .some((row) => row.includes(`1000) ${mark}`));
    for (let i = 0; i < 200 && !isThere(); i++) await sleep(50);
    expect(isThere()).toBe(true);
    process.kill(-child.pid!, 'SIGKILL');
    for (let i = 0; i < 100 && isThere(); i++) await sleep(50);
    expect(isThere()).toBe(false);
  }, 60_000);

  const cgroup = makeCgroup(300);
  cgroup?.remove();
  needing('cgroup', cgroup !== undefined).test(
    'the kernel counts its processes and its memory',
    () => {
      const own = makeCgroup(300)!;
      const path = script(`
const all = [];
await attempt('fork', () => { for (let i = 0; i < 200; i++) all.push(child_process.spawn(process.execPath, ['--version'], { stdio: 'ignore' }).on('error', () => {})); return all.filter(({ pid }) => pid !== undefined).length < ${mostProcesses}; });`);
      const { command, args, env } = walled(path);
      const join_ = own.joining.map((file) => `echo $$ > '${file}'`).join(' && ');
      const { stdout } = spawnSync(
        '/bin/sh',
        ['-c', `${join_} && exec "$0" "$@"`, command, ...args],
        { env, encoding: 'utf8', timeout: 60_000 },
      );
      own.remove();
      expect(JSON.parse(stdout)).toEqual(['fork: true']);
    },
    90_000,
  );
});

test("Node's permission model: no file but its own, and no process", () => {
  const path = script(`${common()}
await attempt('process', () => child_process.spawnSync(process.execPath, ['--version']).status);`);
  const { command, args, env } = launchOf('permission', 'x.js', [path], folder, 500);
  const { stdout } = spawnSync(command, [...args.slice(0, -1), path], {
    env,
    encoding: 'utf8',
    timeout: 60_000,
  });
  const denied = ['classmate', 'passwd', 'own file', 'a new file', 'Node', 'process'];
  expect(JSON.parse(stdout)).toEqual(denied.map((name) => `${name}: ERR_ACCESS_DENIED`));
});
