#!/usr/bin/env node
import { Command, CommanderError } from 'commander';
import { HandgradError } from '../core/errors.js';
import { version } from '../version.js';
import { check } from './check.js';
import { course } from './course.js';
import { data } from './data.js';
import { doctor } from './doctor.js';
import { grade } from './grade.js';
import { predict } from './predict.js';
import { setup } from './setup.js';
import { sweep } from './sweep.js';
import { inThisCommand, say } from './terminal.js';
import { train } from './train.js';

const commands = [train, predict, check, grade, sweep, course, data, doctor, setup];

const exitCodes = { done: 0, failed: 1, wrongUsage: 2 };

async function main(): Promise<void> {
  const program = new Command('handgrad')
    .description('Deep networks whose backward pass is written by hand, and proved right.')
    .version(version)
    .showHelpAfterError('(add --help to see what there is)');
  for (const command of commands) {
    program.addCommand(command.copyInheritedSettings(program).exitOverride());
  }
  program.exitOverride();

  try {
    await program.parseAsync();
  } catch (error) {
    process.exitCode = exitCodeOf(error);
  }
}

/** Prints what the error says, but for what commander has printed already. */
function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) {
    return error.exitCode === 0 ? exitCodes.done : exitCodes.wrongUsage;
  }
  if (!(error instanceof HandgradError)) throw error; // a defect of ours: the stack says where
  say(inThisCommand(error.message));
  return exitCodes.failed;
}

await main();
