import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import type { Page } from 'playwright-core';
import { checkGradients } from '../../src/oracle/checkGradients.js';
import { exportedSubject } from '../../src/oracle/exported.js';
import { hashOf } from '../../web/check/link.js';
import { readers } from '../support/chromium.js';
import { withChromium } from '../support/needs.js';
import { inChromium } from './inChromium.js';
import { nextVerdict, sideways, type Visit, visit } from './pages.js';

const examples = fileURLToPath(new URL('../../examples/check', import.meta.url));
const sourceOf = (file: string) => readFileSync(join(examples, file), 'utf8');
const right = sourceOf('right.ts');

/** One layer, right; what stands before it runs first. */
const small = `
export const shapes = { X: ['n_x', 'm'], Y: [1, 'm'], W: [1, 'n_x'] };
export function forward(tf, { W }, X, Y) {
  return { cost: tf.mean(tf.square(tf.sub(tf.matMul(W, X), Y))) };
}
export function backward(tf, { W }, X, Y) {
  const dZ = tf.sub(tf.matMul(W, X), Y);
  return { dW: tf.mul(2 / X.shape[1], tf.matMul(dZ, X, false, true)) };
}
`;

withChromium.describe('the check in Chromium', () => {
  let requests = 0;
  let seen: Visit;
  let page: Page;

  // Asked at each request whether it has the file: so it counts them.
  const opened = inChromium(new Proxy({}, { has: () => ++requests < 0 }));
  beforeEach(async () => {
    if (page === undefined) await open();
  });
  afterEach(() => {
    // What the policy refuses is said on the console too.
    expect(seen.errors.filter((error) => !/Content Security Policy/.test(error))).toEqual([]);
    expect(seen.outside).toEqual([]);
  });

  const address = (rest = '') => `${opened.site.url}/check/index.html${rest}`;

  async function open(rest = '', reader?: Partial<(typeof readers)[number]>) {
    await page?.close();
    seen = await visit(opened.browser, address(rest), reader);
    page = seen.page;
    await settled();
  }

  const settled = () => page.waitForSelector('#status:not([data-state="busy"])');
  const status = () => page.locator('#status').innerText();
  const problem = () => page.locator('#problem .verdict').innerText();

  /** Types in place of all that is in the editor, and waits for what is said of it. */
  async function write(code: string) {
    await page.locator('.cm-content').focus();
    const verdict = await nextVerdict(page);
    await page.keyboard.press('Control+a');
    await page.keyboard.insertText(code);
    await verdict();
  }

  /** Waits until the check says something that begins so. */
  const says = (words: string) =>
    page.waitForFunction(
      (words) => document.querySelector<HTMLElement>('#status')!.innerText.startsWith(words),
      words,
    );

  /** The gradients of the report, the sentences and the corrected lines. */
  const report = () =>
    page.evaluate(() => ({
      gradients: [...document.querySelectorAll('#report article')].map((card) => [
        card.querySelector('h3')!.firstChild!.textContent!.trim(),
        card.classList.contains('right'),
      ]),
      sentences: [...document.querySelectorAll('#report .sentence')].map((p) => p.textContent),
      corrections: [...document.querySelectorAll('#report .causes pre')].map((p) => p.textContent),
      maps: document.querySelectorAll('#report svg.heat').length,
    }));

  test('a right backward pass is broken, and mended', async () => {
    await write(right);
    expect(await status()).toMatch(/^RIGHT: all 4 gradients agree/);

    await write(
      right.replace(
        'tf.div(tf.matMul(dZ2, A1, false, true), m)',
        'tf.matMul(dZ2, A1, false, true)',
      ),
    );
    expect(await status()).toBe(
      'WRONG: dW2 (1 of 4 gradients). dW2 is m times too large: the 1/m is missing.',
    );
    expect(await report()).toEqual({
      gradients: [
        ['dW1', true],
        ['db1', true],
        ['dW2', false],
        ['db2', true],
      ],
      sentences: ['dW2 is m times too large: the 1/m is missing.'],
      corrections: ['dW2 = 1/m dZ2 A1ᵀ'],
      maps: 4,
    });

    await write(right);
    expect(await status()).toMatch(/^RIGHT: all 4 gradients agree/);
    expect((await report()).sentences).toEqual([]);
  });

  test('the same by the keyboard alone, letter by letter', async () => {
    await open();
    const focused = () => page.evaluate(() => document.activeElement?.id);
    // The four links of the pages, then the list of examples.
    for (let i = 0; i < 5; i++) await page.keyboard.press('Tab');
    expect(await focused()).toBe('example');
    await page.keyboard.type('A network of one hidden'); // the right one
    await says('RIGHT');
    for (const id of ['again', 'copy']) {
      await page.keyboard.press('Tab');
      expect(await focused()).toBe(id);
    }
    await page.keyboard.press('Tab');
    const inEditor = () => page.evaluate(() => !!document.activeElement?.closest('.cm-editor'));
    expect(await inEditor()).toBe(true);

    await page.keyboard.press('Control+End');
    await page.keyboard.press('ArrowUp'); // }
    await page.keyboard.press('ArrowUp'); // return …
    await page.keyboard.press('Home');
    await page.keyboard.type('return { dW1, db1, dW2 };');
    await page.keyboard.press('Enter');
    await says('WRONG: db2 ');

    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('Tab');
    expect(await inEditor()).toBe(true); // it indents
    await page.keyboard.press('Escape');
    await page.keyboard.press('Tab');
    expect(await inEditor()).toBe(false);
    await page.keyboard.press('Shift+Tab');
    await page.keyboard.press('Control+z');
    await page.keyboard.press('Control+z');
    await page.keyboard.press('Control+z');
    await says('RIGHT');
  });

  test('what the code prints is shown, each text once, in an endless loop too', async () => {
    const printing = small.replace(
      'const dZ',
      "console.log('m is', X.shape[1]);\n  W.print();\n  const dZ",
    );
    await write(printing);
    const output = () => page.locator('#output pre').innerText();
    expect(await output()).toMatch(/^m is 5\nTensor\s+\[\[/);
    expect((await output()).match(/m is 5/g)).toHaveLength(1);
    await write(small);
    expect(await page.locator('#output').isVisible()).toBe(false);
    await write(small.replace('const dZ', "console.log('before');\n  for (;;) {}\n  const dZ"));
    expect(await status()).toMatch(/^Stopped after 5 seconds/);
    expect(await output()).toBe('before\n');
    await write('for (let i = 0; i < 99; i++) console.log(i);');
    expect((await output()).trim().split('\n').slice(-2)).toEqual([
      '49',
      'More is printed, which is not shown.',
    ]);
  });

  test('a correction is shown as a diff, and applied by one click', async () => {
    const wrong = small.replace('2 /', '4 /');
    const [before, after] = ['4 / X.shape[1]', '2 / X.shape[1]'];
    const line = wrong.split('\n').findIndex((text) => text.includes(before)) + 1;
    const corrected = wrong.split('\n')[line - 1].trim().replace(before, after);
    // Whatever the diagnosis says of it: a worker that says this, once, and then the true ones.
    const other = await opened.browser.newPage();
    await other.addInitScript(
      ({ line, corrected }) => {
        const listen = window.addEventListener.bind(window);
        let isFirst = true;
        const changed = (text: string) => {
          const said = JSON.parse(text);
          if (!said.report || !isFirst) return text;
          isFirst = false;
          const correction = `line ${line}: ${corrected}`;
          const sentence = 'It is 2 times too large.';
          said.report.causes = [{ id: 'x', where: ['dW'], sentence, correction }];
          return JSON.stringify(said);
        };
        window.addEventListener = (type: string, hear: unknown) =>
          listen(type, (event) => {
            const { source, data } = event as MessageEvent;
            const isSaid = type === 'message' && typeof data?.said === 'string';
            const told = isSaid
              ? { source, data: { id: data.id, said: changed(data.said) } }
              : event;
            (hear as (event: unknown) => void).call(window, told);
          });
      },
      { line, corrected },
    );
    await other.goto(address(hashOf(wrong)));
    const button = other.getByRole('button', { name: 'Apply the correction' });
    await button.waitFor();
    expect(await other.locator('.correction del').allInnerTexts()).toEqual(['4']);
    expect(await other.locator('.correction ins').allInnerTexts()).toEqual(['2']);
    await button.click();
    await other.waitForSelector('#status[data-state="right"]');
    expect(
      await other
        .locator('.cm-line')
        .nth(line - 1)
        .innerText(),
    ).toBe(`  ${corrected}`);
    expect(await button.count()).toBe(0);
    expect(await other.evaluate(() => !!document.activeElement?.closest('.cm-editor'))).toBe(true);
    await other.keyboard.press('Control+z');
    await other.waitForSelector('#status[data-state="wrong"]');
    await other.close();
  });

  test('an endless loop is stopped, and the next check works', async () => {
    await write(small.replace('const dZ', 'for (;;) {}\n  const dZ'));
    expect(await status()).toBe('Stopped after 5 seconds. Is there an endless loop?');
    await write(small);
    expect(await status()).toMatch(/^RIGHT: dW agrees/);
  });

  test('what was typed last is what is judged', async () => {
    await page.locator('.cm-content').focus();
    // Another name, so that the verdict cannot be the one that stands there already.
    const last = small.replaceAll('W', 'V');
    for (const code of [right, small.replace('2 /', '4 /'), 'const = ', last]) {
      await page.keyboard.press('Control+a');
      await page.keyboard.insertText(code);
    }
    await says('RIGHT: dV agrees');
  });

  describe('what cannot be checked has a sentence, and its line', () => {
    test.each([
      [
        'a syntax error',
        'const a = 1;\nconst = 2;',
        'The code cannot be read: Unexpected token.',
        2,
      ],
      [
        'one that only the browser finds',
        'const f = () => {\n  return 08n;\n};',
        'The code cannot be read: ',
        undefined,
      ],
      [
        'a name twice',
        'const a = 1;\nconst a = 2;',
        "The code cannot be read: Identifier 'a' has already been declared.",
        undefined,
      ],
      [
        'an error as it loads',
        '\nnull.size;',
        'The code cannot be run: Cannot read properties of null',
        2,
      ],
      [
        'no passes',
        'export const X = 1;',
        'The code exports no function forward. Write: export function forward(',
        undefined,
      ],
      [
        'another package',
        "import fs from 'fs';\n\nfs.readFile;",
        'There is no fs to import here, only @tensorflow/tfjs-core',
        1,
      ],
      [
        'an error in backward',
        small.replace('return { dW', 'nothing;\n  return { dW'),
        'backward throws: nothing is not defined',
        8,
      ],
      [
        'shapes that do not fit',
        small.replace('matMul(dZ, X, false, true)', 'matMul(dZ, X)'),
        'backward: matMul: a is (1, ',
        8,
      ],
      [
        'numbers for tensors',
        small.replace('return { dW:', 'return { dW: 1 || '),
        'backward returns a number for dW',
        undefined,
      ],
    ])('%s', async (_, code, sentence, line) => {
      const before = await page.locator('#report').innerHTML();
      await write(code);
      expect(await problem()).toContain(`No report ${sentence}`);
      expect(await status()).toContain(line === undefined ? sentence : `Line ${line}: ${sentence}`);
      // The last report stays, greyed.
      expect(await page.locator('#report').innerHTML()).toBe(before);
      expect(await page.locator('#report').getAttribute('class')).toBe('stale');
      const marked = await page
        .locator('.cm-line')
        .evaluateAll((lines) =>
          lines.findIndex((line) => line.querySelector('.cm-lintRange-error')),
        );
      expect(marked).toBe(line === undefined ? -1 : line - 1);
      if (line !== undefined) {
        await page.locator('#problem button').click();
        expect(await page.locator('.cm-activeLineGutter').first().innerText()).toBe(String(line));
      }
    });
  });

  test("nobody's text is markup", async () => {
    const evil = '<img src=x onerror="document.title=1">';
    await write(`throw new Error(${JSON.stringify(evil)});`);
    expect(await problem()).toContain(evil);
    const named = `'${evil}'`;
    await write(
      small
        .replace('W: [1,', `${named}: [1,`)
        .replaceAll('{ W }', `{ ${named}: W }`)
        .replace('{ dW: ', `{ ${JSON.stringify(`d${evil}`)}: `)
        .replace('2 /', '3 /'),
    );
    expect(await status()).toContain(`WRONG: d${evil}`);
    expect((await report()).gradients).toEqual([[`d${evil}`, false]]);
    await write(`${small}\nthrow { toString: () => ${JSON.stringify(evil)} };`);
    expect(await problem()).toContain(evil);
    await page.goto(address(`?example=${encodeURIComponent(evil)}`));
    expect(await page.locator('#notice').innerText()).toContain(evil);
    expect(await page.locator('img').count()).toBe(0);
    expect(await page.title()).toBe('Check · handgrad');
  });

  describe('without a network', () => {
    const attempts = (origin: string) => [
      `await fetch('${origin}/x')`,
      `await new Promise((yes, no) => { const r = new XMLHttpRequest(); r.onload = yes; r.onerror = no; r.open('GET', '${origin}/x'); r.send(); })`,
      `new WebSocket('${origin.replace('http', 'ws')}/x')`,
      `new EventSource('${origin}/x')`,
      `await import('${origin}/x.js')`,
      `importScripts('${origin}/x.js')`,
      `navigator.sendBeacon('${origin}/x', '1')`,
      `new Worker('${origin}/x.js')`,
      `new Worker(URL.createObjectURL(new Blob(["fetch('${origin}/x').catch(() => {})"])))`,
      `await new FontFace('x', "url('${origin}/x')").load()`,
      `indexedDB.open('x')`,
      `await caches.open('x')`,
      `new BroadcastChannel('x').postMessage(1)`,
      `await eval("import('${origin}/x.js')")`,
      `await new Function("return import('${origin}/x.js')")()`,
      `postMessage({ report: {} })`,
      `await Object.getPrototypeOf(Object.getPrototypeOf(self)).fetch.call(self, '${origin}/x')`,
    ];

    test('the code gets an error, and nothing is reached', async () => {
      await write(small); // everything is loaded
      const before = requests;
      const { origin } = new URL(opened.site.url);
      for (const attempt of attempts(origin)) {
        await write(`${attempt};\n${small}`);
        expect([attempt, await page.locator('#status').getAttribute('data-state')]).toEqual([
          attempt,
          'failed',
        ]);
        expect(await status()).toMatch(/^(Line 1: )?The(re is no| code cannot be run)/);
      }
      expect(requests).toBe(before);
    });

    test('nor by a worker from which nothing was taken away: the policy of the room alone holds', async () => {
      await open();
      const before = requests;
      const { origin } = new URL(opened.site.url);
      const reached = await page.evaluate(
        ({ tries }) => {
          const each = tries.map(
            (code) =>
              `try { await (async () => { ${code} })(); reached.push(${JSON.stringify(code)}) } catch {}`,
          );
          const script = `(async () => { const reached = []; ${each.join('\n')}\nsetTimeout(() => postMessage(JSON.stringify(reached)), 500); })()`;
          const room = document.querySelector('iframe')!.contentWindow!;
          const id = 1_000_000;
          const said = new Promise<string[]>((resolve, reject) =>
            addEventListener('message', ({ data }) => {
              if (data.id === id) data.said ? resolve(JSON.parse(data.said)) : reject(new Error());
            }),
          );
          room.postMessage({ script }, '*');
          room.postMessage({ id }, '*');
          return said;
        },
        { tries: attempts(origin).filter((code) => !/postMessage/.test(code)) },
      );
      expect(requests).toBe(before);
      await open(); // the room has its own script again
      // What fails later, as a WebSocket does, is held by the count.
      expect(reached.filter((code) => /^(await|indexedDB)/.test(code))).toEqual([]);
    });

    test('the count counts', async () => {
      const before = requests;
      await fetch(`${opened.site.url}/x.js`);
      expect(requests).toBe(before + 1);
    });

    test('typing asks for nothing', async () => {
      const before = requests;
      await write(right);
      await write(small);
      expect(requests).toBe(before);
    });
  });

  describe('a link', () => {
    test('carries the code, and the page keeps it when it is loaded again', async () => {
      await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
      const mine = small.replace('2 /', '3 /');
      await write(mine);
      await page.click('#copy');
      await page.waitForFunction(
        () => document.querySelector('#copied')!.textContent === 'Copied.',
      );
      const link = await page.evaluate(() => navigator.clipboard.readText());
      expect(link).toBe(page.url());
      await page.reload();
      await settled();
      expect(await status()).toMatch(/^WRONG: dW /);
      await open(new URL(link).search + new URL(link).hash);
      expect(await status()).toMatch(/^WRONG: dW /);
      const shown = await page.locator('.cm-line').allInnerTexts();
      expect(shown.map((line) => line.trim())).toEqual(mine.split('\n').map((line) => line.trim()));
    });

    test('into a page that is open already', async () => {
      await write(small);
      const { hash } = new URL(page.url());
      await open('?example=right');
      expect(await status()).toMatch(/^RIGHT: all 4/);
      await page.evaluate((hash) => {
        location.hash = hash;
      }, hash);
      await says('RIGHT: dW agrees');
    });

    test('that is damaged, or names no example: a sentence, and an example all the same', async () => {
      await open('#code=AAAA');
      expect(await page.locator('#notice').innerText()).toMatch(
        /was cut off or changed\. Copy the link again\.$/,
      );
      expect(await status()).toMatch(/^WRONG: dW1 and db1 /);
      await open('?example=nothing');
      expect(await page.locator('#notice').innerText()).toBe(
        'There is no example nothing here. Choose one from the list.',
      );
      await page.selectOption('#example', 'no-mean');
      await says('WRONG: dw ');
      expect(await page.locator('#notice').isVisible()).toBe(false);
      expect(new URL(page.url()).search).toBe('?example=no-mean');
    });
  });

  test('every example has the verdict, the causes and the corrections of the check in Node', async () => {
    const ids = await page
      .locator('#example option')
      .evaluateAll((options) => options.map((option) => (option as HTMLOptionElement).value));
    expect(ids.length).toBeGreaterThan(25);
    const fileOf = (id: string) =>
      ['.mjs', '.ts']
        .flatMap((end) => [`${id}${end}`, `layers/${id}${end}`, `notes/${id}${end}`])
        .find((file) => {
          try {
            return sourceOf(file);
          } catch {
            return false;
          }
        })!;
    for (const id of ids.filter((id) => id !== 'empty')) {
      await page.selectOption('#example', id);
      await settled();
      const file = pathToFileURL(join(examples, fileOf(id))).href;
      const expected = await checkGradients(exportedSubject(await import(file), 'The code'), {
        source: () => sourceOf(fileOf(id)),
      }).catch(({ message }: Error) => message);
      if (typeof expected === 'string') {
        expect(`${id}: ${await problem()}`).toBe(`${id}: No report ${expected}`);
        continue;
      }
      const { gradients, sentences, corrections } = await report();
      expect({ id, gradients, sentences, corrections }).toEqual({
        id,
        gradients: expected.parameters.map(({ name, passed }) => [name, passed]),
        sentences: expected.causes.map(({ sentence }) => sentence),
        corrections: expected.causes.flatMap(({ correction }) => correction ?? []),
      });
    }
  });

  test('a part that does not arrive: what to do', async () => {
    const other = await opened.browser.newPage();
    await other.route('**/worker*.js', (route) => route.abort());
    await other.goto(address());
    await other.waitForSelector('#status[data-state="failed"]');
    expect(await other.locator('#status').innerText()).toMatch(/Load the page again\.$/);
    expect(await other.locator('.cm-content').innerText()).toContain('export function backward');
    await other.close();
  });

  test('TensorFlow.js has every gradient and every method here that it has in Node', async () => {
    const gradients = Object.entries(tf)
      .filter(([name, value]) => name === value && tf.getGradient(name))
      .map(([name]) => name);
    const methods = Object.getOwnPropertyNames(tf.Tensor.prototype);
    expect([gradients.length > 100, methods.length > 150]).toEqual([true, true]);
    await write(`import * as tf from '@tensorflow/tfjs';
      const missing = [
        ...${JSON.stringify(gradients)}.filter((name) => !tf.getGradient(name)),
        ...${JSON.stringify(methods)}.filter((name) => !(name in tf.Tensor.prototype)),
      ];
      throw 'missing: ' + missing.join();`);
    expect(await status()).toMatch(/missing:\s*$/);
  });

  test.each(readers)(
    '$width pixels, $colorScheme: editor and report fit, in the colours of the page',
    async (reader) => {
      await open('?example=tanh-from-z', reader);
      expect(await page.evaluate(() => window.scrollY)).toBe(0);
      expect(await page.locator('.cm-line', { hasText: 'function backward' }).isVisible()).toBe(
        true,
      );
      expect(await sideways(page)).toBeLessThanOrEqual(0);
      const { editor, report, dark, ink } = await page.evaluate(() => {
        const box = (selector: string) => document.querySelector(selector)!.getBoundingClientRect();
        const style = getComputedStyle(document.querySelector('.cm-editor')!);
        const sum = (colour: string) =>
          colour
            .match(/\d+/g)!
            .slice(0, 3)
            .reduce((s, c) => s + Number(c), 0);
        return {
          editor: box('#editor'),
          report: box('#report'),
          dark: sum(style.backgroundColor) < 200,
          ink: Math.abs(sum(style.backgroundColor) - sum(style.color)),
        };
      });
      expect(dark).toBe(reader.colorScheme === 'dark');
      expect(ink).toBeGreaterThan(400);
      if (reader.width === 390) {
        expect(report.top).toBeGreaterThan(editor.bottom);
        expect(editor.height).toBeLessThan(600);
      } else {
        expect(report.left).toBeGreaterThan(editor.right);
      }
    },
  );
});
