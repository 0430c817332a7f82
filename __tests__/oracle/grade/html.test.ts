import { expect, test } from '@jest/globals';
import { gradesHtml } from '../../../src/oracle/grade/html.js';
import { failed, passes, wrong } from './rows.js';

test('a row for each module, and how many pass', () => {
  const page = gradesHtml([passes, wrong, failed], { title: 'week 3' });
  expect(page).toContain('<title>week 3</title>');
  expect(page).toContain('<strong>1 of 3 modules pass.</strong>');
  expect(page.match(/<tr>\n/g)).toHaveLength(3);
  expect(page).toContain('✓ pass</span>');
  expect(page).toContain('✗ wrong</span>');
  expect(page).toContain('! failed</span>');
  expect(page).toContain('<td class="whole">2 of 4</td>\n<td><code>dZ1</code></td>');
});

test("the page needs nothing else, and nobody's text is markup", () => {
  const evil = '<script>alert("1")</script>';
  const page = gradesHtml([{ ...wrong, file: evil, firstWrong: evil, cause: evil }], {
    title: evil,
  }).replace('<link rel="icon" href="data:,">', ''); // empty, so that a browser asks for none
  expect(page).not.toMatch(/<script|<link|<img|https?:|url\(|@import/);
  expect(page.split('&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;')).toHaveLength(6);
});
