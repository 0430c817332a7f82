import { expect, test } from '@jest/globals';
import { htmlDocument } from '../../src/report/document.js';
import { parse } from './markup.js';

test('a title as text, a style and a body; nothing is asked for, not even an icon', () => {
  const title = '</title><script>alert(1)</script> & Co';
  const html = htmlDocument({ title, style: 'p{margin:0}', body: '<p>one</p>' });
  const elements = parse(html.replace('<!DOCTYPE html>\n', ''));
  expect(elements.map(({ name }) => name)).toEqual([
    'html',
    'head',
    'meta',
    'meta',
    'meta',
    'link',
    'title',
    'style',
    'body',
    'p',
  ]);
  const [, , , , , link, heading, style] = elements;
  expect(link.attributes).toEqual({ rel: 'icon', href: 'data:,' });
  expect([heading.text, style.text]).toEqual([title, 'p{margin:0}']);
});
