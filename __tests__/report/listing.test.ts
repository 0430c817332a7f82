import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import ts from 'typescript';
import { ValueError } from '../../src/core/errors.js';
import type { Html } from '../../src/report/html.js';
import { declaration, listing } from '../../src/report/listing.js';
import { faults, unescaped } from './markup.js';

const src = new URL('../../src/', import.meta.url);
const files = ['core', 'data', 'training'].flatMap((room) =>
  readdirSync(new URL(`${room}/`, src))
    .filter((name) => name.endsWith('.ts'))
    .map((name) => `${room}/${name}`),
);
const textOf = (html: Html) => unescaped(String(html).replace(/<[^>]*>/g, ''));

describe.each(files)('%s', (path) => {
  const source = readFileSync(new URL(path, src), 'utf8');

  test('the text of the listing is the text of the file', () => {
    const html = listing(source);
    expect(textOf(html)).toBe(source);
    expect(
      faults(`<pre>${html}</pre>`).filter((fault) => fault !== 'a value that is none'),
    ).toEqual([]);
  });

  test("a declaration is what TypeScript's parser takes for it, with its docstring", () => {
    const tree = ts.createSourceFile(path, source, ts.ScriptTarget.ES2022, true);
    for (const statement of tree.statements) {
      for (const name of names(statement)) {
        const docs = ts.getJSDocCommentsAndTags(statement).at(-1);
        const start = (docs ?? statement).getStart(tree, true);
        const { line } = tree.getLineAndCharacterOfPosition(statement.end);
        const end = source.indexOf('\n', tree.getPositionOfLineAndCharacter(line, 0));
        expect(declaration(source, name)).toBe(source.slice(start, end < 0 ? undefined : end));
      }
    }
  });
});

function names(statement: ts.Statement): string[] {
  if (ts.isVariableStatement(statement)) {
    const { declarations } = statement.declarationList;
    return declarations.map(({ name }) => name.getText()).filter((name) => /^\w+$/.test(name));
  }
  const named =
    ts.isFunctionDeclaration(statement) ||
    ts.isClassDeclaration(statement) ||
    ts.isInterfaceDeclaration(statement) ||
    ts.isTypeAliasDeclaration(statement);
  return named && statement.name ? [statement.name.text] : [];
}

test('names come in the order that one gives, coloured', () => {
  const source = '/** One. */\nexport const a = 1;\n\nfunction b() {\n  return "<b>";\n}\n';
  const html = listing(source, ['b', 'a']);
  expect(textOf(html)).toBe(
    'function b() {\n  return "<b>";\n}\n\n/** One. */\nexport const a = 1;',
  );
  expect(String(html)).toContain('<span class="hljs-keyword">function</span>');
  expect(String(html)).toContain('&lt;b&gt;');
});

test('a name that is not there, or only the beginning of one', () => {
  const find = () => listing('export const linearForward = 1;\n', ['linear']);
  expect(find).toThrow(ValueError);
  expect(find).toThrow('listing: there is no declaration of linear; give a name of the top level.');
});
