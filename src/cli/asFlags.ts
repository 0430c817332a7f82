/*
 * The library names its options as an object has them, leaveOut: ['id']; on the command line the same
 * option is --leave-out id.
 */

const named = /\b(target|leaveOut|task|missing|decimalComma|header|skipBroken)\b/.source;
const value = /(?:\['([^\]]*)'\]|'([^']*)'|true)/.source;
const options = new RegExp(`${named}: ${value}`, 'g');
const pointed = new RegExp(`which ${named} names`, 'g');

/** `leave the column out: leaveOut: ['id']` as `leave the column out: --leave-out id`. */
export const asFlags = (sentence: string): string =>
  sentence
    .replace(options, (_, name, listed = '', single = '') =>
      [flagOf(name), inShell(listed.replaceAll("', '", ',') || single)].filter(Boolean).join(' '),
    )
    .replace(pointed, (_, name) => `which ${flagOf(name)} names`);

const flagOf = (name: string) =>
  `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

const inShell = (word: string) => (/\s/.test(word) ? `'${word}'` : word);
