import { createInterface } from 'node:readline/promises';
import type { Stopping } from '../../jobs/runners/bullmq.js';
import { exitCodeOfEnding } from '../ending.js';
import { commandName, say } from '../terminal.js';

const hangUp = 128 + 1; // SIGHUP: the terminal was closed

/**
 * What becomes of the jobs that are with the workers. At a terminal the user is asked; one that was closed
 * leaves them; without one they are cancelled: nobody would come back for them.
 */
export async function leaveOrCancel(run: string, command: string): Promise<Stopping> {
  const choice = await chosen();
  if (choice === 'cancel') say(`Cancelled: the workers drop the jobs of ${run}.`);
  else {
    say(`Left: the workers finish what is submitted of ${run}.`);
    say(`Come back: ${commandName} ${command} --redis --attach ${run}`);
  }
  return choice;
}

async function chosen(): Promise<Stopping> {
  if (exitCodeOfEnding() === hangUp) return 'leave';
  if (!process.stdin.isTTY || !process.stderr.isTTY) return 'cancel';
  const asking = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await asking.question('Leave the jobs running, or cancel them? [leave/cancel] ');
    return /^c/i.test(answer.trim()) ? 'cancel' : 'leave';
  } catch {
    return 'leave'; // Ctrl-D, or Ctrl-C once more
  } finally {
    asking.close();
  }
}
