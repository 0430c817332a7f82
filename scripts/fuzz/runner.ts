import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Answered, Asked } from './child.js';

/** What a file may take in the child: seconds of its processor, and megabytes more than it had. */
export const limits = { seconds: 2, megabytes: 512, waited: 30 };

export type Fault = 'untyped' | 'slow' | 'large' | 'ended';

export interface Outcome {
  readonly fault?: Fault;
  readonly end?: Answered['end'];
  readonly message: string;
  readonly cpu: number;
  readonly megabytes: number;
}

/** A process that reads files, one after the other, and is started anew where one of them ended it. */
export class Runner {
  private child: ChildProcess | undefined;
  private most = 0;

  async run(asked: Asked): Promise<Outcome> {
    this.child ??= await this.start();
    const { child } = this;
    const answered = await answerOf(child, () => child.send(asked));
    if (answered === undefined) {
      this.stop();
      return { fault: 'ended', message: 'the process ended, or hung', cpu: 0, megabytes: 0 };
    }
    const megabytes = Math.max(0, answered.most - this.most);
    this.most = Math.max(this.most, answered.most);
    const { end, message, cpu } = answered;
    const fault =
      end === 'untyped'
        ? 'untyped'
        : cpu > 1000 * limits.seconds
          ? 'slow'
          : megabytes > limits.megabytes
            ? 'large'
            : undefined;
    if (this.most > 1200) this.stop(); // what is held hides what comes
    return { ...(fault && { fault }), end, message, cpu, megabytes };
  }

  stop(): void {
    this.child?.kill('SIGKILL');
    this.child = undefined;
  }

  private async start(): Promise<ChildProcess> {
    const child = fork(fileURLToPath(new URL('./child.ts', import.meta.url)), {
      execArgv: ['--import', 'tsx', '--max-old-space-size=2000'],
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    const ready = await answerOf(child, () => {});
    if (ready === undefined) throw new Error('The reading process does not start.');
    this.most = ready.most;
    return child;
  }
}

/** What the child says next; undefined if it ends first, or says nothing for too long. */
function answerOf(child: ChildProcess, ask: () => unknown): Promise<Answered | undefined> {
  return new Promise((resolve) => {
    const done = (answered?: Answered) => {
      clearTimeout(timer);
      child.removeListener('message', done as never);
      child.removeListener('exit', ended);
      resolve(answered);
    };
    const ended = () => done();
    const timer = setTimeout(done, 1000 * limits.waited);
    child.once('message', done as never);
    child.once('exit', ended);
    ask();
  });
}
