import { inShell } from '../tune/trainCommand.js';

/** The command as one types it, without what is secret in the address of a Redis. */
export const commandLine = (args: readonly string[]): string =>
  ['handgrad', ...args.map(withoutSecrets).map(inShell)].join(' ');

const withoutSecrets = (arg: string): string => arg.replace(/rediss?:\/\/.*/is, shownOf);

/** Protocol, host and port: a user and a password may stand before the host, or behind it. */
function shownOf(address: string): string {
  if (!URL.canParse(address)) return 'redis://…';
  const { protocol, host } = new URL(address);
  return `${protocol}//${host}`;
}
