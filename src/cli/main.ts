#!/usr/bin/env node
import './fromTheFirstMoment.js';
import { setImmediate } from 'node:timers/promises';
import { Command, CommanderError } from 'commander';
import { HandgradError } from '../core/errors.js';
import { version } from '../version.js';
import { commands } from './commands.js';
import { endWithReader, exitCodeOfEnding, isUnread } from './ending.js';
import { print, say, sayError } from './terminal.js';

const exitCodes = { done: 0, failed: 1, wrongUsage: 2 };

async function main(): Promise<void> {
  endWithReader();
  const program = new Command('handgrad')
    .description(
      'Train neural networks with hand-written gradients, and prove the gradients right.',
    )
    .version(version, '-V, --version', 'print the version')
    .showHelpAfterError('(use --help for usage)')
    .configureOutput({
      writeOut: (text) => print(text.replace(/\n$/, '')),
      writeErr: (text) => say(text.replace(/\n$/, '')),
    });
  const [first, second] = process.argv.slice(2);
  const asked = first === 'help' ? second : first;
  for (const [name, { summary, load }] of Object.entries(commands)) {
    const command = new Command(name).summary(summary).copyInheritedSettings(program);
    program.addCommand(name === asked ? (await load()).define(command) : command);
    command.exitOverride();
  }
  program.exitOverride();

  try {
    await program.parseAsync();
  } catch (error) {
    await setImmediate(); // a reader that has gone is known by then
    process.exitCode = exitCodeOf(error);
  }
}

/** Says what the error says, but for what commander has said already. */
function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) {
    return error.exitCode === 0 ? exitCodes.done : exitCodes.wrongUsage;
  }
  if (!(error instanceof HandgradError)) throw error; // a defect of ours: the stack says where
  if (!isUnread()) sayError(error.message);
  return exitCodeOfEnding() ?? exitCodes.failed;
}

await main();
