import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import { TestRedis, withRedis } from '../../jobs/support/redis.js';
import { freePort } from '../../support/freePort.js';
import { needing } from '../../support/needs.js';
import { temporaryFolder } from '../../support/temporaryFolder.js';
import { handgrad, oneLine } from '../handgrad.js';
import { WorkerProcess } from './workerProcess.js';

const here = temporaryFolder();
const path = (name: string) => join(here, name);
const secret = 'swordfish-7391';

/** Whether redis-server speaks TLS, and a certificate can be made. */
function canSpeakTls(): boolean {
  if (spawnSync('openssl', ['version'], { stdio: 'ignore' }).status !== 0) return false;
  const { stdout } = spawnSync('sh', ['-c', 'ldd "$(command -v redis-server)"'], {
    encoding: 'utf8',
  });
  return /libssl/.test(stdout);
}

/** A certificate of our own for this machine: cert.pem and key.pem. */
function makeCertificate(): void {
  const asked = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=us'];
  const names = ['-addext', 'subjectAltName=IP:127.0.0.1'];
  const out = ['-keyout', path('key.pem'), '-out', path('cert.pem')];
  const made = spawnSync('openssl', [...asked, ...names, ...out], { encoding: 'utf8' });
  if (made.status !== 0) throw new Error(`openssl makes no certificate: ${made.stderr}`);
}

const tls = needing('redisTls', canSpeakTls());

tls.describe('rediss://', () => {
  withRedis.test(
    'a search over TLS; a certificate that nobody vouches for is one sentence',
    async () => {
      makeCertificate();
      const port = await freePort();
      const files = ['--tls-cert-file', path('cert.pem'), '--tls-key-file', path('key.pem')];
      const options = [
        '--tls-port',
        String(port),
        ...files,
        '--tls-ca-cert-file',
        path('cert.pem'),
      ];
      const redis = await TestRedis.start([...options, '--tls-auth-clients', 'no'], secret);
      const address = `127.0.0.1:${port}`;
      const strange = { HANDGRAD_REDIS: `rediss://:${secret}@${address}` };
      const known = { ...strange, NODE_EXTRA_CA_CERTS: path('cert.pem') };
      expect(oneLine(await handgrad(['workers'], { env: strange }))).toBe(
        `Redis at rediss://${address} has a certificate that is not trusted here: name the file of its authority in NODE_EXTRA_CA_CERTS.`,
      );
      const plain = { ...known, HANDGRAD_REDIS: `redis://:${secret}@${address}` };
      expect(oneLine(await handgrad(['workers'], { env: plain }))).toContain(
        'is it rediss://, or redis://?',
      );

      writeFileSync(path('table.csv'), `a,kind\n${'1,x\n2,y\n'.repeat(40)}`);
      const worker = new WorkerProcess(['--concurrency', '1', '--backend', 'cpu'], {
        ...{ ...known, HANDGRAD_CACHE: path('theirs') },
      });
      await worker.ready();
      const where = ['--save', path('tuned'), '--report', path('tuned.html'), '--backend', 'cpu'];
      const asked = ['--learning-rate', '0.01,0.03', '--epochs', '3', '--redis'];
      const { code, stderr } = await handgrad(
        ['tune', '--data', path('table.csv'), ...where, ...asked],
        { env: { ...known, HANDGRAD_CACHE: path('mine') } },
      );
      expect([code, stderr]).toEqual([0, expect.stringContaining(`at rediss://${address}\n`)]);
      await worker.end('SIGTERM');
      expect(`${stderr}${worker.said}`).not.toContain(secret);
      await redis.end();
    },
  );
});
