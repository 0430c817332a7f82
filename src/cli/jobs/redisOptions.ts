import { type Command, Option } from 'commander';
import * as options from '../options.js';

/** How jobs are shared: the options that `tune`, `worker`, `workers` and `status` have in common. */
export interface RedisOptions {
  redis?: string | true;
  prefix: string;
}

export interface SharingOptions extends RedisOptions {
  store?: string;
}

export const redisOption = (what: string): Option =>
  new Option(
    '--redis [url]',
    `${what}; without URL that of HANDGRAD_REDIS, or redis://127.0.0.1:6379`,
  );

export const prefixOption = (): Option =>
  new Option('--prefix <name>', 'what the keys in Redis begin with')
    .default('handgrad', 'handgrad')
    .argParser(options.keyPrefix);

export const storeOption = (): Option =>
  new Option(
    '--store <folder>',
    'where data and states go instead of Redis: a folder that all machines share',
  ).argParser(options.folderName);

export const withRedis = (command: Command, what: string): Command =>
  command.addOption(redisOption(what)).addOption(prefixOption());
