import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { freePort } from '../../support/freePort.js';
import { needing } from '../../support/needs.js';

export const withRedis = needing(
  'redis',
  spawnSync('redis-server', ['--version'], { stdio: 'ignore' }).status === 0,
);

/** A redis-server of the tests' own, on loopback, with a folder of its own. */
export class TestRedis {
  private child: ChildProcess | undefined;
  private readonly folder = join(tmpdir(), `handgrad-redis-${randomUUID()}`);

  private constructor(
    readonly port: number,
    private readonly options: readonly string[],
    private readonly password: string | undefined,
  ) {
    mkdirSync(this.folder);
  }

  static async start(options: readonly string[] = [], password?: string): Promise<TestRedis> {
    const secret = password === undefined ? [] : ['--requirepass', password];
    const redis = new TestRedis(await freePort(), [...options, ...secret], password);
    await redis.start();
    return redis;
  }

  get url(): string {
    const secret = this.password === undefined ? '' : `:${this.password}@`;
    return `redis://${secret}127.0.0.1:${this.port}`;
  }

  client(): Redis {
    return new Redis(this.url, { maxRetriesPerRequest: null });
  }

  async start(): Promise<void> {
    const where = ['--port', String(this.port), '--bind', '127.0.0.1', '--dir', this.folder];
    const child = spawn('redis-server', [...where, '--save', '', ...this.options], {
      stdio: 'ignore',
    });
    this.child = child;
    for (let tries = 0; tries < 200; tries++) {
      const asked = new Redis(this.url, { lazyConnect: true, retryStrategy: () => null });
      asked.on('error', () => {});
      const answer = await asked.connect().then(
        () => asked.ping(),
        () => undefined,
      );
      asked.disconnect();
      if (answer === 'PONG') return;
      await setTimeout(50);
    }
    throw new Error('redis-server does not start.');
  }

  /** As if the machine had stopped. */
  async kill(): Promise<void> {
    const { child } = this;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await gone;
  }

  async end(): Promise<void> {
    await this.kill();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
