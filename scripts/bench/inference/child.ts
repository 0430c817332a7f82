import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { BenchError } from '../benchError.js';
import { oneThreadOfOurs } from '../entrants.js';
import type { About } from '../process.js';
import type { Contestant } from '../takeTurns.js';

/** What runs, and what it predicts first. */
export type Ready = About & { readonly outputs: readonly number[] };

const script = fileURLToPath(new URL('./process.ts', import.meta.url));

/** A contestant in a process of its own: it predicts as often as a line says, and answers with the time. */
export class Predictor implements Contestant {
  private readonly child: ChildProcess;
  private readonly lines: AsyncIterator<string>;
  private readonly first: Promise<Ready>;

  constructor(
    private readonly name: string,
    folder: string,
    m: number,
  ) {
    const args = [...process.execArgv, script, name, folder, String(m)];
    const threads = name.endsWith(', one thread') ? oneThreadOfOurs : {};
    const env = { ...process.env, TF_CPP_MIN_LOG_LEVEL: '2', ...threads };
    this.child = spawn(process.execPath, args, { env, stdio: ['pipe', 'pipe', 'inherit'] });
    this.lines = createInterface({ input: this.child.stdout! })[Symbol.asyncIterator]();
    this.first = this.answer().then(JSON.parse);
  }

  ready = (): Promise<Ready> => this.first;

  // Timed as a function alone.
  run = async (iterations: number): Promise<number> => {
    this.child.stdin!.write(`${iterations}\n`);
    return Number(await this.answer());
  };

  end(): void {
    this.child.stdin!.end();
  }

  private async answer(): Promise<string> {
    const { value, done } = await this.lines.next();
    if (done) throw new BenchError(`inference: ${this.name} broke.`);
    return value;
  }
}
