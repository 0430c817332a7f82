import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { assertPassed } from '../../../src/cli/assertPassed.js';
import { checkModule } from '../../../src/cli/check/module.js';
import { guarded, inThisCommand, printJson } from '../../../src/cli/terminal.js';
import { HandgradError } from '../../../src/core/errors.js';
import { reportJson } from '../../../src/oracle/report/json.js';
import type { Grade, Json, Outcome } from './grade.js';
import { grade } from './grade.js';
import { readKey } from './key.js';

/** What `handgrad check FILE --json` stands for when nothing else is asked for. */
const options = { json: true, seed: 1, backend: 'auto', layers: [], activation: 'relu' } as const;

export interface Checked {
  readonly name: string;
  readonly outcome: Outcome;
  readonly grade: Grade;
  readonly seconds: number;
  /** Until the first word about it: which gradients are wrong, or that none is. */
  readonly first: number;
}

/** Checks the modules that a folder's expected.json lists, one after the other, in this process. */
export async function* checkFolder(folder: string): AsyncGenerator<Checked> {
  const inside = join(folder, 'modules');
  const modules = existsSync(inside) ? inside : folder;
  for (const [name, entry] of Object.entries(readKey(folder))) {
    const start = performance.now();
    let first: number | undefined;
    const since = () => (performance.now() - start) / 1000;
    const outcome = await check(resolve(modules, `${name}.mjs`), () => {
      first ??= since();
    });
    const seconds = since();
    yield { name, outcome, grade: grade(entry, outcome), seconds, first: first ?? seconds };
  }
}

/** The command line's own check, in this process, with what it writes caught instead of printed. */
export async function check(file: string, onWord = () => {}): Promise<Outcome> {
  const [out, err] = [caught(process.stdout, onWord), caught(process.stderr, onWord)];
  let [rc, said] = [0, ''];
  try {
    const report = await guarded(file, () => checkModule(file, { ...options, layers: [] }));
    printJson(reportJson(report));
    assertPassed(report);
  } catch (error) {
    rc = 1;
    said = messageOf(error);
  } finally {
    out.release();
    err.release();
  }
  return { rc, report: parsed(out.text()), stderr: `${err.text()}${said}`.slice(-3000) };
}

/** As main.ts ends: a sentence for an error of ours, and the stack of any other. */
function messageOf(error: unknown): string {
  if (error instanceof HandgradError) return inThisCommand(error.message);
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

function caught(stream: NodeJS.WriteStream, onWord: () => void) {
  const { write } = stream;
  let text = '';
  stream.write = ((chunk: string | Uint8Array) => {
    onWord();
    text += typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString();
    return true;
  }) as typeof write;
  return {
    text: () => text,
    release: () => {
      stream.write = write;
    },
  };
}

function parsed(stdout: string): Json | null {
  try {
    const value: unknown = JSON.parse(stdout);
    return typeof value === 'object' && value !== null ? (value as Json) : null;
  } catch {
    return null;
  }
}
