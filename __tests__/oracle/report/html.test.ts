import { describe, expect, test } from '@jest/globals';
import { reportBody, reportHtml } from '../../../src/oracle/report/html.js';
import type { GradientReport } from '../../../src/oracle/report.js';
import { big, missing, right, wrong } from './examples.js';

const page = (report: GradientReport) => reportHtml(report, { title: 'my network' });

/** What each colour of the i-th heat map covers: [x, y, length] of its runs. */
function colours(html: string, i: number): Record<string, number[][]> {
  const svg = html.match(/<svg class="heat"[\s\S]*?<\/svg>/g)?.[i] ?? '';
  return Object.fromEntries(
    [...svg.matchAll(/<path class="heat-(\w+)" d="([^"]*)"/g)].map(([, step, d]) => [
      step,
      [...d.matchAll(/M(\d+) (\d+)h(\d+)v1h-(\d+)z/g)].map((run) => {
        expect(run[3]).toBe(run[4]);
        return run.slice(1, 4).map(Number);
      }),
    ]),
  );
}

const area = (runs: number[][]) => runs.reduce((sum, [, , length]) => sum + length, 0);

describe('the page', () => {
  test.each(Object.entries({ right, wrong, missing, big }))(
    'needs nothing else: %s',
    (_, report) => {
      // An empty icon, so that a browser asks for none.
      const html = page(report).replace('<link rel="icon" href="data:,">', '');
      expect(html).toMatch(/^<!DOCTYPE html>\n<html lang="en">/);
      expect(html).not.toMatch(/<script|<link|<img|<iframe|\bsrc=|\bhref=|url\(|@import|\bon\w+=/i);
      expect(html).toContain('prefers-color-scheme:dark');
      expect(html).toContain('@media print');
      expect(html).not.toMatch(/undefined|\[object/);
    },
  );

  test('closes each tag that it opens', () => {
    for (const report of [right, wrong, missing, big]) {
      const open: string[] = [];
      for (const [, slash, name, empty] of page(report).matchAll(/<(\/?)(\w+)[^>]*?(\/?)>/g)) {
        if (slash) expect(open.pop()).toBe(name);
        else if (!empty && name !== 'meta' && name !== 'link') open.push(name);
      }
      expect(open).toEqual([]);
    }
  });

  test('says what is wrong, how it reads when right, and where', () => {
    const html = page(wrong);
    expect(html).toContain('<strong>✗ WRONG</strong> dW1 and dW2 (2 of 4 gradients).');
    expect(html).toContain('<pre><code>dW2 = 1/m dZ2 A1ᵀ</code></pre>');
    expect(html).toContain('<p>✓ Verified. With both corrections all 4 gradients pass.</p>');
    expect(html).toContain('<p>Or: X has the opposite sign in row 1 where dW1 reads it</p>');
    expect(html).toContain('<p>dW2[0,3] is 0.42 by hand, 0.06 by the oracle: 7 times</p>');
    expect(html).toContain('<dt>hand to differences</dt><dd>0.86</dd>');
    expect(html).toContain('Note: The backward pass leaks 3 tensors each time.');
    expect(page(right)).not.toContain('What is wrong');
  });

  test('draws the stages from the cost to the data', () => {
    const chain = page(wrong).match(/<ol class="chain">.*<\/ol>/)?.[0] ?? '';
    const words = chain.replace(/<[^>]*>/g, ' ').split(/\s+/);
    expect(words.join(' ').trim()).toBe(
      'cost ✓ dZ2 right ✗ dW2 wrong ✓ db2 right ✓ dA1 right ✗ dZ1 wrong ↓ dW1 inherits ✓ db1 right data',
    );
    expect(page(missing)).not.toContain('From the cost to the data');
  });

  test('its body stands by itself in another page', () => {
    expect(page(wrong)).toContain(String(reportBody(wrong)));
    expect(String(reportBody(wrong))).not.toMatch(/<(style|h1|header|main)\b/);
  });

  test("escapes everything that is anyone's", () => {
    const evil = `<script>alert("1")</script>&'`;
    const html = reportHtml(
      {
        ...wrong,
        backend: evil,
        notes: [evil],
        parameters: [
          { ...wrong.parameters[0], name: evil, pattern: evil, cause: evil },
          { ...wrong.parameters[0], name: evil, problem: evil, cause: evil },
        ],
        stages: [{ name: evil, verdict: 'wrong' }],
        causes: [
          {
            id: evil,
            where: [evil],
            sentence: evil,
            correction: evil,
            counterfactual: evil,
            alternatives: [evil],
          },
        ],
      },
      { title: evil },
    );
    expect(html).not.toMatch(/<script|alert\("/);
    const escaped = '&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&amp;&#39;';
    expect(html.split(escaped).length - 1).toBe(23);
  });
});

describe('a report of any size', () => {
  test('shows so many gradients, the wrong ones first, and says how many there are', () => {
    const [bad] = wrong.parameters;
    const parameters = [...Array(1000).fill(right.parameters[0]), { ...bad, name: 'dLast' }];
    const html = page({ ...wrong, parameters });
    expect(html.match(/<article/g)).toHaveLength(300);
    expect(html).toContain('(1 of 1,001 gradients)');
    expect(html).toContain('<h3>dLast ');
    expect(html).toContain('701 more gradients are not shown on this page.');
  });

  test('its texts and lists end', () => {
    const long = 'x'.repeat(1e6);
    const [first] = wrong.parameters;
    const many = (n: number) => Array(n).fill(long);
    const html = page({
      ...wrong,
      backend: long,
      notes: many(1000),
      parameters: [{ ...first, name: long, shape: Array(1e6).fill(1), pattern: long, cause: long }],
      stages: Array(1000).fill({ name: long, verdict: 'wrong' }),
      causes: Array(1000).fill({ ...wrong.causes[0], sentence: long, alternatives: many(100) }),
    });
    expect(html.length).toBeLessThan(12_000_000);
    expect(html).not.toContain('x'.repeat(2001));
  });
});

describe('the heat map', () => {
  test('colours each element by the decade of its error', () => {
    const html = page(wrong); // dW1: columns 0 and 2 at 1e-16, column 1 from 0.04 to 0.22
    expect(colours(html, 0)).toEqual({
      0: [0, 1, 2, 3].flatMap((i) => [
        [0, i, 1],
        [2, i, 1],
      ]),
      14: [[1, 0, 1]],
      15: [1, 2, 3].map((i) => [1, i, 1]),
    });
    expect(colours(html, 2)).toEqual({ 15: [[0, 0, 4]] });
  });

  test.each([
    [0, '0'],
    [9.9e-17, '0'],
    [2e-15, '1'],
    [3e-8, '8'],
    [3e-7, '9'],
    [0.5, '15'],
    [1, '16'],
    [40, '16'],
    [Number.NaN, 'nan'],
    [Number.POSITIVE_INFINITY, 'nan'],
  ])('%p has the colour %s', (error, step) => {
    const parameters = [{ ...right.parameters[3], errors: Float64Array.of(error) }];
    expect(Object.keys(colours(page({ ...right, parameters }), 0))).toEqual([step]);
  });

  test('names the worst element, and frames it', () => {
    const html = page(wrong);
    expect(html).toContain(
      'aria-label="Heat map of dW1 (4, 3): the largest relative error is 0.5; dW1[2,1] is -0.11 by hand, 0.11 by the oracle: the opposite sign."',
    );
    expect(html).toContain('<rect class="worst" x="1" y="2" width="1" height="1"/>');
    expect(page(right)).not.toContain('class="worst"');
  });

  test('of a large matrix shows the largest error of each bin', () => {
    const html = page(big); // row 7 of 20 x 12288 is wrong, in 64 bins of 192 columns
    const map = colours(html, 0);
    expect(html).toContain('viewBox="0 0 64 20"');
    expect(html).toContain('A cell shows the largest error of up to 192 columns.');
    expect(map[16]).toEqual([[0, 7, 64]]);
    expect(
      Object.values(map)
        .map(area)
        .reduce((a, b) => a + b),
    ).toBe(20 * 64);
    expect(html).toContain('<rect class="worst" x="52" y="7"'); // 10021 / 192 = 52.2
  });

  test('one wrong element among 300 x 300 is seen', () => {
    const errors = new Float64Array(90_000);
    errors[299 * 300 + 150] = 0.5;
    const parameters = [{ ...right.parameters[0], shape: [300, 300], errors }];
    expect(colours(page({ ...right, parameters }), 0)['15']).toEqual([[32, 63, 1]]);
    errors[0] = Number.NaN;
    errors[1] = 0.1; // does not hide the NaN before it
    expect(colours(page({ ...right, parameters }), 0).nan).toEqual([[0, 0, 1]]);
  });

  test('takes scalars, vectors and more than two dimensions', () => {
    for (const [shape, viewBox] of [
      [[], '0 0 1 1'],
      [[5], '0 0 5 1'],
      [[2, 3, 4], '0 0 4 6'],
    ] as const) {
      const size = shape.reduce((product: number, n) => product * n, 1);
      const parameters = [{ ...right.parameters[0], shape, errors: new Float64Array(size) }];
      expect(page({ ...right, parameters })).toContain(`viewBox="${viewBox}"`);
    }
  });

  test('has a legend, with a key for what is not a number where there is some', () => {
    expect(page(right)).toContain('Colours from a relative error of 1e-16 to 1');
    expect(page(right)).not.toContain('not a number');
    expect(page(missing)).toContain('not a number');
  });

  test('a page with 245,760 elements stays small', () => {
    expect(page(big).length).toBeLessThan(100_000);
  });
});
