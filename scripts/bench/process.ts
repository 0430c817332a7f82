import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Course } from './agreement.js';
import { BenchError } from './benchError.js';
import type { Entrant } from './entrants.js';

/** What runs under the numbers. */
export interface About {
  /** `native`, `wasm`, `numpy`, … */
  readonly what: string;
  readonly version: string;
  readonly threads: number;
}

/** What a contestant's process is asked: one line of JSON, and one in answer. */
interface Orders {
  /** Imports what it needs, and reads the files of a task. */
  load: { ask: { folder: string }; answer: About | { refused: string } };
  /** Makes the network of the task anew. */
  start: { ask: object; answer: { atOnce: number } | { refused: string } };
  /** So many iterations. */
  run: { ask: { iterations: number }; answer: { ms: number } };
  /** The cost on all samples, before and after each of so many iterations, the samples in their order. */
  check: { ask: { iterations: readonly number[] }; answer: { costs: Course } };
  /** `start`, and a run as users have it, with a cost every 100 iterations. */
  whole: { ask: { iterations: number }; answer: { ms: number } | { refused: string } };
  /** `start`, and epochs until that share of all samples is right behind one. */
  until: { ask: { accuracy: number }; answer: { ms: number; epochs: number } };
}

/** A contestant in a process of its own, which times itself. */
export class ContestantProcess {
  readonly name: string;
  private readonly child: ChildProcessWithoutNullStreams;
  private readonly lines: AsyncIterator<string>;
  private said = '';

  constructor(entrant: Entrant, python: string) {
    this.name = entrant.name;
    const [command, before] =
      entrant.runs === 'node' ? [process.execPath, process.execArgv] : [python, ['-B']];
    const env = { ...process.env, TF_CPP_MIN_LOG_LEVEL: '2', ...entrant.env };
    this.child = spawn(command, [...before, ...entrant.args], { env, stdio: 'pipe' });
    // What it does not read because it is dead shows in its answer: there is none.
    this.child.stdin.on('error', () => {});
    this.child.on('error', ({ message }) => {
      this.said = message;
    });
    this.child.stderr.on('data', (text) => {
      this.said = `${this.said}${text}`.slice(-5000);
    });
    this.lines = createInterface({ input: this.child.stdout })[Symbol.asyncIterator]();
  }

  /** @throws BenchError where the process breaks: with its last words. */
  async ask<K extends keyof Orders>(
    order: K,
    options: Orders[K]['ask'],
  ): Promise<Orders[K]['answer']> {
    this.child.stdin.write(`${JSON.stringify({ order, ...options })}\n`);
    for (;;) {
      const { value, done } = await this.lines.next();
      if (done) {
        const lines = this.said.trim().split('\n');
        // Node ends with its version, below the error and its stack.
        const words = lines.find((line) => /^\w*Error: /.test(line)) ?? lines.at(-1);
        throw new BenchError(`${this.name} broke at "${order}": ${words}`);
      }
      if (value.startsWith('{')) return JSON.parse(value);
    }
  }

  end(): void {
    this.child.stdin.end();
  }
}
