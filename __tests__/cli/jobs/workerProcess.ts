import { type ChildProcess, spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { root } from '../handgrad.js';

const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;

/** `handgrad worker`, in a process of its own. */
export class WorkerProcess {
  said = '';
  private readonly child: ChildProcess;
  private readonly gone: Promise<number | null>;

  constructor(args: readonly string[], env: NodeJS.ProcessEnv) {
    const main = join(root, 'src', 'cli', 'main.ts');
    this.child = spawn(process.execPath, ['--import', tsx, main, 'worker', ...args], {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream?.on('data', (text) => {
        this.said += text;
      });
    }
    this.gone = new Promise((resolve) => this.child.once('exit', resolve));
  }

  get pid(): number {
    return this.child.pid!;
  }

  async ready(): Promise<void> {
    for (let tries = 0; tries < 600; tries++) {
      if (this.said.includes('Worker: ')) return;
      if (this.child.exitCode !== null) break;
      await setTimeout(100);
    }
    throw new Error(`The worker does not start: ${this.said}`);
  }

  end(signal: NodeJS.Signals): Promise<number | null> {
    this.child.kill(signal);
    return this.gone;
  }
}
