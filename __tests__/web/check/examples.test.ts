import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { checkGradients } from '../../../src/oracle/checkGradients.js';
import type { Subject } from '../../../src/oracle/subject.js';
import { exampleList } from '../../../web/check/examples.js';
import { translate } from '../../../web/check/module.js';

const folder = fileURLToPath(new URL('../../../examples/check', import.meta.url));
const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
  /\.m?ts$|\.mjs$/.test(name),
);
const files = Object.fromEntries(
  names.map((name) => [`../../examples/check/${name}`, readFileSync(join(folder, name), 'utf8')]),
);
const list = exampleList(files);

test('every module with a backward pass is there, as it is, under an id of its own', () => {
  const withBackward = Object.entries(files).filter(([, code]) => /function backward\(/.test(code));
  expect(withBackward.length).toBeGreaterThan(25);
  expect(list.map(({ code }) => code)).toEqual(
    expect.arrayContaining(withBackward.map(([, code]) => code)),
  );
  expect(list).toHaveLength(withBackward.length + 1);
  expect(new Set(list.map(({ id }) => id)).size).toBe(list.length);
  expect(new Set(list.map(({ title }) => title)).size).toBe(list.length);
});

test('right ones first, then mistakes, the notes, and a template', () => {
  expect([...new Set(list.map(({ group }) => group))]).toEqual([
    'Right',
    'Wrong',
    'Layers',
    'As in the course notes',
    'Your own',
  ]);
  const titleOf = (id: string) => list.find((example) => example.id === id)!.title;
  expect(titleOf('tanh-from-z')).toBe('The derivative of tanh takes Z where it needs A');
  expect(titleOf('leaky-relu-without-da')).toBe(
    'The derivative of leaky relu stands alone: dA is dropped',
  );
  expect(titleOf('002-tanh-backward')).toBe(
    "Note 002's tanh_backward: the derivative alone, without dA",
  );
});

test('every mistake has a sentence of its own, and not the name of its network', () => {
  for (const { group, id, title, code } of list) {
    const [, comment] = /^\/\/ (.*?)\.?$/m.exec(code)!;
    if (group === 'Wrong') expect([id, title === comment]).toEqual([id, false]);
  }
});

test('the template runs; its gradients are zero, and that is what is found wrong', async () => {
  const { script } = translate(list.at(-1)!.code) as { script: string };
  const { default: run } = await import(`data:text/javascript,${encodeURIComponent(script)}`);
  const exports = {};
  await run(exports);
  const report = await checkGradients(exports as Subject);
  expect(report.parameters.map(({ name, passed }) => [name, passed])).toEqual([
    ['dW', false],
    ['db', false],
  ]);
  expect(report.causes.map(({ id }) => id)).toEqual(['zero']);
});
