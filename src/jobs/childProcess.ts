import type { ChildProcess } from 'node:child_process';
import type { Handed } from './handed.js';
import { throughJson } from './kind.js';
import { askEvery, memoryOf } from './memory.js';
import { type Order, type Report, reportFrom } from './messages.js';
import { type Entry, startChild } from './startChild.js';

/** What a job may use. */
export interface JobLimits {
  readonly seconds: number;
  /** In MB, of its process with all that it loaded, and of JavaScript's heap. */
  readonly memory: number;
}

export type Answer =
  | { readonly done: unknown; readonly made?: Handed }
  | { readonly failed: string; readonly isFinal: boolean }
  | { readonly stopped: true };

/** A job as a child is asked to do it. */
export interface ChildJob {
  readonly kind: string;
  readonly task: unknown;
  /** What goes with it; then its answer brings what it made. */
  readonly given?: Handed;
}

interface Asked {
  readonly id: number;
  onProgress(value: unknown): void;
  answer(answer: Answer): void;
}

const startSeconds = 120; // for what the entry imports to load, on whatever machine
const stopWithin = 10_000; // milliseconds
const lastWords = 2000; // characters of stderr

/** A process that does one job at a time, and is killed where a job goes beyond its limits. */
export class WarmChild {
  private readonly child: ChildProcess;
  private asked: Asked | undefined;
  private ids = 0;
  private clock: NodeJS.Timeout | undefined;
  private readonly watch: NodeJS.Timeout;
  private said = '';
  private why: string | undefined;
  private readonly ready: Promise<void>;

  constructor(
    entry: Entry,
    private readonly limits: JobLimits,
    private readonly onGone: () => void,
  ) {
    const child = startChild(entry, limits.memory);
    this.child = child;
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.said = (this.said + text).slice(-lastWords);
    });
    this.ready = new Promise((resolve) => {
      child.on('message', (message) => this.hear(message, resolve));
      child.once('exit', () => resolve());
    });
    this.watch = setInterval(() => this.weigh(), 4 * askEvery);
    this.watch.unref();
    child.once('error', ({ message }) => this.gone(`Its process cannot be started: ${message}.`));
    child.once('close', (code, signal) => this.gone(this.endOf(code, signal)));
  }

  /** Does a job; whatever it does, the promise holds an answer. */
  async ask(
    { kind, task, given }: ChildJob,
    signal: AbortSignal,
    onProgress: (value: unknown) => void,
  ): Promise<Answer> {
    const id = ++this.ids;
    const answered = new Promise<Answer>((answer) => {
      this.asked = { id, onProgress, answer };
    });
    this.startClock(startSeconds, 'Its process did not start.');
    await this.ready;
    if (this.why !== undefined) this.gone(this.why);
    this.startClock(this.limits.seconds, `It is not done after ${this.limits.seconds} seconds.`);
    const stop = () => {
      this.child.send({ stop: id }, () => {});
      this.startClock(stopWithin / 1000, 'It did not stop.');
    };
    const order: Order = { id, kind, task: throughJson(task), ...(given && { given }) };
    this.child.send(order, () => {});
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop);
    const answer = await answered;
    signal.removeEventListener('abort', stop);
    clearTimeout(this.clock);
    return signal.aborted && 'failed' in answer ? { stopped: true } : answer;
  }

  end(): void {
    this.kill('It was ended.');
  }

  private hear(message: unknown, onReady: () => void): void {
    let report: Report;
    try {
      report = reportFrom(message);
    } catch {
      this.kill('Its process says what is no answer.');
      return;
    }
    if ('ready' in report) {
      onReady();
      return;
    }
    const { asked } = this;
    if (!asked || report.id !== asked.id) return; // of a job that was given up
    if ('progress' in report) asked.onProgress(report.progress);
    else {
      this.asked = undefined;
      asked.answer(report);
    }
  }

  private startClock(seconds: number, why: string): void {
    clearTimeout(this.clock);
    const longestTimer = 2 ** 31 - 1;
    this.clock = setTimeout(() => this.kill(why), Math.min(1000 * seconds, longestTimer));
  }

  private weigh(): void {
    const { pid } = this.child;
    const held = pid === undefined || !this.asked ? undefined : memoryOf(pid);
    if (held !== undefined && held > this.limits.memory) this.kill(this.tooMuch());
  }

  private tooMuch(): string {
    return `It needs more than the ${this.limits.memory} MB of memory that it may have.`;
  }

  private kill(why: string): void {
    this.why ??= why;
    this.child.kill('SIGKILL');
  }

  private gone(how: string): void {
    this.why ??= how;
    clearInterval(this.watch);
    clearTimeout(this.clock);
    this.onGone();
    this.asked?.answer({ failed: this.why, isFinal: false });
    this.asked = undefined;
  }

  /** V8 aborts where its heap is full. */
  private endOf(code: number | null, signal: NodeJS.Signals | null): string {
    if (signal === 'SIGABRT' || code === 134) return this.tooMuch();
    const words = this.said.trim().split('\n').at(-1);
    return `It ended its process (${signal ?? `exit code ${code}`})${words ? `: ${words}` : '.'}`;
  }
}
