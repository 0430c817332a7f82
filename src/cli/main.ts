#!/usr/bin/env node
import { Command, CommanderError } from 'commander';
import { HandgradError } from '../core/errors.js';
import { version } from '../version.js';
import { inThisCommand, say } from './terminal.js';

/** Each is loaded when it is asked for: one that needs no TensorFlow.js does not wait for it. */
const commands: Readonly<Record<string, () => Promise<Command>>> = {
  train: async () => (await import('./train.js')).train,
  predict: async () => (await import('./predict.js')).predict,
  check: async () => (await import('./check.js')).check,
  grade: async () => (await import('./grade.js')).grade,
  course: async () => (await import('./course.js')).course,
  sweep: async () => (await import('./sweep.js')).sweep,
  export: async () => (await import('./export.js')).exportModel,
  import: async () => (await import('./import.js')).importModel,
  data: async () => (await import('./data.js')).data,
  doctor: async () => (await import('./doctor.js')).doctor,
  setup: async () => (await import('./setup.js')).setup,
};

const exitCodes = { done: 0, failed: 1, wrongUsage: 2 };

async function main(): Promise<void> {
  const program = new Command('handgrad')
    .description('Deep networks whose backward pass is written by hand, and proved right.')
    .version(version)
    .showHelpAfterError('(add --help to see what there is)');
  const asked = process.argv[2];
  const needed = Object.hasOwn(commands, asked) ? [asked] : Object.keys(commands);
  for (const name of needed) {
    const command = await commands[name]();
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
