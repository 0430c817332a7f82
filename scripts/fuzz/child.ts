import { rmSync } from 'node:fs';
import { HandgradError } from '../../src/core/errors.js';
import { useBackend } from '../../src/runtime/backends.js';
import { readers } from './readers.js';

/*
 * Reads what the parent says, one file after the other, and says what came of it. The parent ends it where
 * it takes too long.
 */

export interface Asked {
  readonly format: string;
  readonly path: string;
}

export interface Answered {
  /** read: an answer; refused: an error of ours; untyped: any other. */
  readonly end: 'read' | 'refused' | 'untyped';
  readonly message: string;
  /** Of this process, in milliseconds. */
  readonly cpu: number;
  /** The most that it has held so far, in megabytes. */
  readonly most: number;
}

const most = () => process.resourceUsage().maxRSS / 1024;

async function answer({ format, path }: Asked): Promise<Answered> {
  const before = process.cpuUsage();
  let end: Answered['end'] = 'read';
  let message = '';
  try {
    await readers[format](path);
  } catch (error) {
    end = error instanceof HandgradError ? 'refused' : 'untyped';
    // What a net has caught is a defect too, if a small one: its cause says where.
    message = error instanceof Error ? `${error.message}\n${error.stack ?? ''}` : String(error);
  }
  const { user, system } = process.cpuUsage(before);
  return { end, message, cpu: (user + system) / 1000, most: most() };
}

await useBackend('cpu');
process.on('message', (asked: Asked) => {
  void answer(asked).then((answered) => {
    rmSync(asked.path, { recursive: true, force: true });
    process.send!(answered);
  });
});
process.send!({ end: 'read', message: 'ready', cpu: 0, most: most() } satisfies Answered);
