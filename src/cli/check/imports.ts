import { readFileSync, statSync } from 'node:fs';
import { dirname, extname, resolve } from 'node:path';

/** Where JavaScript, TypeScript and Python say what a file imports; packages are none of ours. */
const javascript = /(?:\bfrom|\bimport|\brequire\s*\(|\bimport\s*\()\s*(['"])(\.{1,2}\/[^'"]+)\1/g;
const python = /^[ \t]*(?:from|import)[ \t]+\.?([A-Za-z_]\w*)/gm;

/** The text of a file and of all that it imports from files, by their paths; '' for one that is not there. */
export function textsOf(path: string): ReadonlyMap<string, string> {
  const texts = new Map<string, string>();
  const open = [resolve(path)];
  for (let file = open.pop(); file !== undefined; file = open.pop()) {
    if (texts.has(file)) continue;
    const text = textOf(file);
    texts.set(file, text);
    open.push(...importsIn(file, text));
  }
  return texts;
}

function importsIn(file: string, text: string): string[] {
  const isPython = ['.py', '.ipynb'].includes(extname(file));
  const names = isPython
    ? [...text.matchAll(python)].map(([, name]) => `${name}.py`)
    : [...text.matchAll(javascript)].map(([, , name]) => name);
  return names.flatMap((name) => {
    const at = resolve(dirname(file), name);
    const meant = [
      at,
      ...['.js', '.ts', '.tsx'].map((ending) => `${at}${ending}`),
      asTypeScript(at),
    ];
    return meant.find(isFile) ?? [];
  });
}

/** `./layers.js` in TypeScript is layers.ts. */
const asTypeScript = (path: string) => path.replace(/\.(m?)js$/, '.$1ts');

const isFile = (path: string) => statSync(path, { throwIfNoEntry: false })?.isFile() === true;

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return ''; // on its way, as an editor saves it
  }
}
