import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, connect } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { proxyOf } from '../../../src/data/download/proxy.js';
import { temporaryFolder } from '../../support/temporaryFolder.js';

/** Of example.org, signed by itself, for this test alone. */
const key = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgCD7+wl/MxbYgh8OO
FnX44hnIP+zRMeIDeIQUdV5ELzihRANCAATtlLBJ9CgukjrrVWhag8my7+J0g8Qg
dN3bV8CO86azI1r5Nfh6J0KIUzuQN9Do9GC+ClQRDGAIg3vCYv4tw0mR
-----END PRIVATE KEY-----`;
const cert = `-----BEGIN CERTIFICATE-----
MIIBmjCCAUGgAwIBAgIUVcuFqxU995GHR+l0mzCqGmpGWFgwCgYIKoZIzj0EAwIw
FjEUMBIGA1UEAwwLZXhhbXBsZS5vcmcwIBcNMjYxMTI4MTEwMzE5WhgPMjEyNjEx
MDQxMTAzMTlaMBYxFDASBgNVBAMMC2V4YW1wbGUub3JnMFkwEwYHKoZIzj0CAQYI
KoZIzj0DAQcDQgAE7ZSwSfQoLpI661VoWoPJsu/idIPEIHTd21fAjvOmsyNa+TX4
eidCiFM7kDfQ6PRgvgpUEQxgCIN7wmL+LcNJkaNrMGkwHQYDVR0OBBYEFOy+UjfR
OG/oSiYlEaxgprXv0hBDMB8GA1UdIwQYMBaAFOy+UjfROG/oSiYlEaxgprXv0hBD
MA8GA1UdEwEB/wQFMAMBAf8wFgYDVR0RBA8wDYILZXhhbXBsZS5vcmcwCgYIKoZI
zj0EAwIDRwAwRAIgdzuXWXBu4HFp3GqefUhiNb7hsiYoKJkmqmScqBIu33ECIEfb
R5ZS8q9DjUpAsxMtuTxpxLqh3N3o2EGQZRCb3Gcp
-----END CERTIFICATE-----`;

const root = temporaryFolder();
const bytes = Buffer.from('the bytes of the file'.repeat(1000));
const sha256 = createHash('sha256').update(bytes).digest('hex');
const file = { name: 'train.h5', bytes: bytes.length, sha256 };

const site = createTlsServer({ key, cert }, (_, response) => response.end(bytes));
/** What the proxy was asked: the method, the address, and as whom. */
let asked: (string | undefined)[][];
let refuse = false;
const proxy = createServer();
proxy.on('connect', (request, socket) => {
  asked.push([request.method, request.url, request.headers['proxy-authorization']]);
  if (refuse) {
    socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
    return;
  }
  const tunnel = connect((site.address() as AddressInfo).port, '127.0.0.1', () => {
    socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
    tunnel.pipe(socket).pipe(tunnel);
  });
  for (const end of [tunnel, socket]) end.on('error', () => {});
});
const own = createServer((_, response) => response.end(bytes));
const portOf = (server: typeof own) => (server.address() as AddressInfo).port;

beforeAll(async () => {
  writeFileSync(join(root, 'cert.pem'), cert);
  for (const server of [site, proxy, own]) {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  }
});
afterAll(() => {
  for (const server of [site, proxy, own]) server.close();
});
beforeEach(() => {
  asked = [];
  refuse = false;
});

/** Downloads in a process with an environment of its own; what it threw, or nothing. */
async function download(from: string, env: NodeJS.ProcessEnv): Promise<string> {
  const to = join(root, 'to');
  const code = `
    const { downloadCatSet } = await import('./src/data/catSet.ts');
    const { rmSync } = await import('node:fs');
    const [to, from, file] = process.argv.slice(1);
    rmSync(to, { recursive: true, force: true });
    await downloadCatSet({ to, from, deadlineMs: 20_000 }, [JSON.parse(file)]).catch((error) =>
      console.log(error.name + ': ' + error.message),
    );`;
  const args = ['--import', 'tsx', '--input-type=module', '--eval', code];
  const none = { HTTPS_PROXY: '', HTTP_PROXY: '', NO_PROXY: '', NODE_USE_ENV_PROXY: '' };
  const child = spawn(process.execPath, [...args, to, from, JSON.stringify(file)], {
    env: { ...process.env, ...none, NODE_EXTRA_CA_CERTS: join(root, 'cert.pem'), ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  for await (const chunk of child.stdout) said += chunk;
  if (said === '') expect(readFileSync(join(to, file.name))).toEqual(bytes);
  else expect(existsSync(to)).toBe(false);
  return said.trim();
}
const far = 'https://example.org/set';
const throughProxy = (as = '') => `http://${as}127.0.0.1:${portOf(proxy)}`;

test.each(['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY'])(
  '%s is asked for the host',
  async (name) => {
    expect(await download(far, { [name]: throughProxy() })).toBe('');
    expect(asked).toEqual([['CONNECT', 'example.org:443', undefined]]);
  },
);

// RFC 7617, section 2: "Aladdin" and "open sesame".
test('a name and a password are given to the proxy', async () => {
  const proxied = { HTTPS_PROXY: throughProxy('Aladdin:open%20sesame@') };
  expect(await download(far, proxied)).toBe('');
  expect(asked).toEqual([['CONNECT', 'example.org:443', 'Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==']]);
});

test('this machine is asked directly', async () => {
  const env = { HTTPS_PROXY: throughProxy(), HTTP_PROXY: throughProxy() };
  expect(await download(`http://127.0.0.1:${portOf(own)}/set`, env)).toBe('');
  expect(asked).toEqual([]);
});

test('a proxy that refuses is said to be there', async () => {
  refuse = true;
  const said = await download(far, { HTTPS_PROXY: throughProxy() });
  expect(said).toMatch(
    /^DownloadError: train\.h5 could not be downloaded from https:\/\/example\.org\/set\/train\.h5, by the proxy that HTTPS_PROXY or HTTP_PROXY names: .*407/,
  );
});

// As curl and Go read it: names stand for what ends in them, at a dot; a port counts where one is named.
test.each([
  ['example.org', true],
  ['.example.org', true],
  ['*.example.org', true],
  ['EXAMPLE.org', true],
  ['org', true],
  ['other.org, sub.example.org', true],
  ['*', true],
  ['sub.example.org:443', true],
  ['example.org:8443', false],
  ['ample.org', false],
  ['www.sub.example.org', false],
  ['', false],
])('NO_PROXY %j of https://sub.example.org: %p', (list, isDirect) => {
  const before = process.env;
  process.env = { HTTPS_PROXY: 'proxy:3128', NO_PROXY: list };
  try {
    const proxy = proxyOf(new URL('https://sub.example.org/set'));
    expect(proxy).toBe(isDirect ? undefined : 'http://proxy:3128');
  } finally {
    process.env = before;
  }
});

test('a host of NO_PROXY is not asked through it', async () => {
  const env = { HTTPS_PROXY: throughProxy(), NO_PROXY: 'nobody.invalid,.example.org' };
  // .invalid is reserved: no such host is ever found (RFC 2606).
  expect(await download('https://nobody.invalid/set', env)).toMatch(/^DownloadError/);
  expect(asked).toEqual([]);
});

test('a proxy that is no address is named without its password', async () => {
  expect(await download(far, { HTTPS_PROXY: 'socks5://me:secret@host:1080' })).toBe(
    'DownloadError: The proxy socks5://host:1080 is no address of http. Set HTTPS_PROXY to one such as http://proxy.example.org:3128, or unset it.',
  );
});
