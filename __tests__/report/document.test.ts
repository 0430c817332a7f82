import { expect, test } from '@jest/globals';
import { htmlDocument } from '../../src/report/document.js';
import { html } from '../../src/report/html.js';
import { parse } from './markup.js';

const elementsOf = (document: string) => parse(document.replace('<!DOCTYPE html>\n', ''));

test('a title as text, a style and a body; nothing is asked for, not even an icon', () => {
  const title = '</title><script>alert(1)</script> & Co';
  const elements = elementsOf(
    htmlDocument({ title, style: 'p{margin:0}', body: html`<p>one</p>` }),
  );
  expect(elements.map(({ name }) => name)).toEqual([
    'html',
    'head',
    'meta',
    'meta',
    'meta',
    'meta',
    'link',
    'title',
    'style',
    'body',
    'p',
  ]);
  const [, , , , , , link, heading, style] = elements;
  expect(link.attributes).toEqual({ rel: 'icon', href: 'data:,' });
  expect([heading.text, style.text]).toEqual([title, 'p{margin:0}']);
});

test('its policy stands before anything that it holds for, and allows pictures in it and its style', () => {
  const elements = elementsOf(htmlDocument({ title: 't', style: '', body: html`<p>one</p>` }));
  const policy = elements.findIndex(
    ({ attributes }) => attributes['http-equiv'] === 'Content-Security-Policy',
  );
  expect(elements.slice(0, policy).map(({ name }) => name)).toEqual(['html', 'head', 'meta']);
  expect(elements[policy].attributes.content.split('; ').sort()).toEqual([
    "base-uri 'none'",
    "default-src 'none'",
    "form-action 'none'",
    'img-src data:',
    "require-trusted-types-for 'script'",
    "style-src 'unsafe-inline'",
    "trusted-types 'none'",
  ]);
});
