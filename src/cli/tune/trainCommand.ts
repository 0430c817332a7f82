import { Command, type Option } from 'commander';
import { define, type TrainOptions } from '../commands/train.js';

/** What a run may be given that does not change the network. */
const leftOut: readonly string[] = ['save', 'report', 'json', 'check', 'resume', 'checkpointEvery'];

/** The `train …` that makes a run, as one types it: every option that differs from its default. */
export function trainCommand(options: TrainOptions): string {
  const flags = define(new Command('train'))
    .options.filter((option) => !leftOut.includes(option.attributeName()))
    .flatMap((option) => flagOf(option, options[option.attributeName() as keyof TrainOptions]));
  return ['train', ...flags.map(inShell)].join(' ');
}

function flagOf({ long, negate, required, defaultValue }: Option, value: unknown): string[] {
  if (value === undefined || value === null) return [];
  if (!required) return value === !negate && value !== defaultValue ? [long!] : [];
  const text = String(value);
  if (text === String(defaultValue)) return [];
  return text.startsWith('-') ? [`${long}=${text}`] : [long!, text];
}

/** A word that a POSIX shell reads as it is. */
export const inShell = (word: string): string =>
  /^[\w./:=,@+-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
