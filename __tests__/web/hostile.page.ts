import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { encodePng } from '../../src/data/encodePng.js';
import { hashOf } from '../../web/check/link.js';
import { axeOf } from '../support/axe.js';
import { readers } from '../support/chromium.js';
import { withChromium } from '../support/needs.js';
import { payloads } from '../support/payloads.js';
import { inChromium } from './inChromium.js';
import { type Watched, watched } from './nothingRuns.js';
import { dist, nextVerdict } from './pages.js';

/** One layer, wrong by a factor. */
const small = `
export const shapes = { X: ['n_x', 'm'], Y: [1, 'm'], W: [1, 'n_x'] };
export function forward(tf, { W }, X, Y) {
  return { cost: tf.mean(tf.square(tf.sub(tf.matMul(W, X), Y))) };
}
export function backward(tf, { W }, X, Y) {
  return { dW: tf.mul(3 / X.shape[1], tf.matMul(tf.sub(tf.matMul(W, X), Y), X, false, true)) };
}
`;

/** As an address can hold it. */
const wellFormed = (text: string) => new TextDecoder().decode(new TextEncoder().encode(text));

/** Payloads in groups of so many. */
const groups = (size: number) =>
  Array.from({ length: Math.ceil(payloads.length / size) }, (_, i) =>
    payloads.slice(i * size, (i + 1) * size),
  );

/** The models of the classify page, one for each payload: it is their name and stands in every field of the card. */
const models = (() => {
  const model = readFileSync(join(dist, 'models/cat/model.json'), 'utf8');
  const files: Record<string, string> = {
    'models/index.json': JSON.stringify(payloads.map((name) => ({ name, card: true }))),
  };
  payloads.forEach((name) => {
    const folder = `models/${wellFormed(name).split('/').map(encodeURIComponent).join('/')}`;
    files[`${folder}/model.json`] = model;
    files[`${folder}/card.json`] = JSON.stringify({
      name,
      layers: [12288, 1],
      activations: [name],
      loss: name,
      initializer: name,
      seed: 1,
      hyperparameters: { [name]: name, epochs: name },
      dataSet: { name, train: { file: name, sha256: name, m: 5 } },
      costs: { 1: 0.5, 2: 0.25 },
      accuracy: { train: 90, test: 80 },
      preprocessing: { height: 64, width: 64, channels: 3, scale: name, resize: name },
      classNames: [name, `${name} too`],
      versions: { [name]: name },
    });
  });
  return files;
})();

withChromium.describe('hostile texts in the pages', () => {
  const opened = inChromium();
  const settled = ({ page }: Watched) =>
    page.waitForSelector('#status:not([data-state="busy"])', { timeout: 20_000 });

  async function openCheck(rest = '?example=right', withPolicy = false) {
    const seen = await watched(opened.browser, { withPolicy });
    await seen.page.goto(`${opened.site.url}/check/index.html${rest}`);
    await settled(seen);
    return seen;
  }

  let checks = 0; // so that each has an address of its own

  /** Checks a code, and says what the page says of it. */
  async function check(seen: Watched, code: string): Promise<string> {
    const { page } = seen;
    const verdict = await nextVerdict(page);
    await page.evaluate(
      (hash) => {
        location.hash = hash;
      },
      hashOf(`// ${++checks}\n${code}`),
    );
    await verdict();
    return page.locator('#status').innerText();
  }

  describe('the check page', () => {
    test('every field of a report that the code forges', async () => {
      const seen = await openCheck();
      for (const texts of groups(50)) {
        const forging = `
const write = JSON.stringify;
const texts = ${JSON.stringify(texts)};
JSON.stringify = (said, ...rest) => {
  const { report } = said;
  if (report) {
    const [first] = report.parameters;
    report.backend = texts[0];
    report.notes = texts;
    report.stages = texts.map((name) => ({ name, verdict: 'wrong' }));
    report.parameters = texts.map((name) => ({ ...first, name, problem: name, pattern: name, cause: name }));
    report.causes = texts.map((sentence) => ({
      id: sentence, where: [sentence], sentence, correction: sentence, counterfactual: sentence, alternatives: [sentence],
    }));
  }
  return write(said, ...rest);
};`;
        expect(await check(seen, forging + small)).toMatch(/^WRONG: /);
        expect(await seen.page.locator('#report article').count()).toBe(texts.length);
        expect(await seen.page.locator('#report h3').first().innerText()).toContain(
          texts[0].replace(/\s+/g, ' ').trim().slice(0, 20),
        );
      }
      expect(await seen.faults()).toEqual([]);
      await seen.page.context().close();
    });

    test('what is no report is refused, and holds nothing up', async () => {
      const seen = await openCheck('?example=right', true);
      const forge = (change: string) =>
        `const write = JSON.stringify; JSON.stringify = (said, ...rest) => { const { report } = said; if (report) { const [p] = report.parameters; ${change} } return write(said, ...rest); };${small}`;
      const frame = `'<iframe srcdoc="<script>parent.ran=1</script>"></iframe>'`;
      for (const change of [
        `p.shape = [${frame}]`,
        'p.shape = Array(3e6).fill(1)',
        `p.name = 1`,
        `p.problem = ['x']`,
        'p.shape = [-1]',
        'p.shape = [2 ** 30, 2 ** 30]',
        'p.worst = { index: [2e9], hand: 1, oracle: 1, ratio: 1 }',
        `p.comparisons = { handToAutodiff: ${frame} }`,
        `p.passed = ${frame}`,
        `report.stages = [{ name: 'dW', verdict: ${frame} }]`,
        'report.parameters = Array(5001).fill(p)',
        'report.checked = null',
        `return '{"report":'`,
        `return '{"__proto__":{"problem":1}}'`,
        `return '"ready"x'`,
        `return write({ problem: { sentence: 'x', line: ${frame} } })`,
        `return write({ printed: 1 })`,
      ]) {
        expect([change, await check(seen, forge(change))]).toEqual([
          change,
          expect.stringMatching(/^The code changes what the check answers: /),
        ]);
      }
      expect(await seen.page.locator('*').count()).toBeLessThan(2000);
      expect(await seen.faults()).toEqual([]);
      await seen.page.context().close();
    });

    test('millions of anything do not stop the page', async () => {
      const seen = await openCheck('?example=right', true);
      await seen.page.evaluate(() => {
        const kept = window as { longest?: number };
        let last = performance.now();
        setInterval(() => {
          const now = performance.now();
          kept.longest = Math.max(kept.longest ?? 0, now - last);
          last = now;
        }, 5);
      });
      for (const [code, said] of [
        [
          'JSON.stringify = () => Array.from({ length: 3e6 }, (_, i) => ({ i }));',
          /^Stopped after/,
        ],
        [
          'const w = JSON.stringify; JSON.stringify = (s, r) => { if (s.report) s.report.parameters = Array(3e6).fill(s.report.parameters[0]); return w(s, r); };',
          /^(Stopped after|The code changes)/,
        ],
        ['for (let i = 0; i < 1e5; i++) console.log(i);', /^WRONG: dW/],
        [`console.log('x'.repeat(2 ** 28));`, /^WRONG: dW/],
        [`const n = 'n'.repeat(1e6); throw new Error(n);`, /nnnn…?$/],
      ] as const) {
        expect([code, await check(seen, code + small)]).toEqual([
          code,
          expect.stringMatching(said),
        ]);
      }
      const longest = await seen.page.evaluate(() => (window as { longest?: number }).longest!);
      expect(longest).toBeLessThan(1000); // 80 ms where nothing else runs
      await seen.page.context().close();
    });

    test('what the code throws, prints and is', async () => {
      const seen = await openCheck();
      for (const texts of groups(10)) {
        const text = JSON.stringify(texts.join(' '));
        const said = await check(seen, `console.log(${text}); throw new Error(${text});`);
        expect(said).toContain('The code cannot be run: ');
      }
      // Names of parameters, and a thrown object whose text it is.
      for (const name of payloads.filter((_, i) => i % 8 === 0)) {
        const key = JSON.stringify(name);
        await check(
          seen,
          small
            .replace('W: [1', `[${key}]: [1`)
            .replaceAll('{ W }', `{ [${key}]: W }`)
            .replace('{ dW:', `{ ['d' + ${key}]:`),
        );
      }
      expect(await seen.faults()).toEqual([]);
      await seen.page.context().close();
    });

    test('what is in its address: the code, what is no code, and the example', async () => {
      const seen = await openCheck();
      await seen.page.evaluate(
        async ({ hashes, payloads }) => {
          const turn = () => new Promise((later) => setTimeout(later, 1));
          for (const hash of hashes) {
            location.hash = hash;
            await turn();
          }
          for (const text of payloads) {
            location.hash = `#code=${text}`;
            await turn();
            history.replaceState(null, '', `?example=${encodeURIComponent(text)}`);
            location.hash = `#${text}`;
            await turn();
          }
        },
        {
          hashes: payloads.map((code) => hashOf(`// ${code}\n${code}`)),
          payloads: payloads.map(wellFormed),
        },
      );
      expect(await seen.page.locator('#notice').innerText()).toContain('There is no example ');
      expect(await seen.faults()).toEqual([]);
      await seen.page.context().close();
    });

    test('its policy and the room hold what runs in the page in spite of all', async () => {
      const seen = await openCheck('?example=right', true);
      const { page } = seen;
      const held = await page.evaluate(async () => {
        const tries: Record<string, () => unknown> = {
          markup: () => document.body.insertAdjacentHTML('beforeend', '<b id=hole>'),
          policy: () =>
            (
              window as unknown as { trustedTypes: { createPolicy(n: string, r: object): void } }
            ).trustedTypes.createPolicy('mine', {}),
          worker: () => new Worker(URL.createObjectURL(new Blob(['1']))),
        };
        const through = Object.entries(tries).flatMap(([name, attempt]) => {
          try {
            attempt();
            return [name];
          } catch {
            return [];
          }
        });
        // Later: what a debugger evaluates may evaluate.
        setTimeout(() => new Function('window.ran = 1')());
        const url = URL.createObjectURL(new Blob(['window.ran = 1'], { type: 'text/javascript' }));
        await import(/* @vite-ignore */ url).then(
          () => through.push('import'),
          () => {},
        );
        await fetch('../index.html').then(
          () => through.push('fetch'),
          () => {},
        );
        const form = Object.assign(document.createElement('form'), {
          action: 'https://elsewhere.invalid/',
        });
        document.body.append(form);
        form.submit();
        const base = Object.assign(document.createElement('base'), {
          href: 'https://elsewhere.invalid/',
        });
        document.head.append(base);
        if (document.baseURI === base.href) through.push('base');
        base.remove();
        form.remove();
        const room = document.querySelector('iframe')!;
        if (room.contentDocument) through.push('the room has an origin');
        await new Promise((later) => setTimeout(later, 300));
        return through;
      });
      expect(held).toEqual([]);
      expect(await seen.faults()).toEqual([]);
      // By itself the room takes code from nobody: it has the origin of its host then.
      await page.goto(`${opened.site.url}/check/room.html`);
      const said = await page.evaluate(async () => {
        const heard: unknown[] = [];
        addEventListener('message', ({ data }) => heard.push(data));
        postMessage({ script: 'postMessage("up")' }, '*');
        postMessage({ id: 1 }, '*');
        await new Promise((later) => setTimeout(later, 500));
        return heard.filter((data) => typeof data === 'object' && 'said' in (data as object));
      });
      expect(said).toEqual([]);
      await page.context().close();
    });
  });

  test('the playground: every part of its address', async () => {
    const fields =
      'set points noise layers start rate seed speed backend layer sample iteration'.split(' ');
    const seen = await watched(opened.browser);
    for (const texts of groups(fields.length)) {
      const query = new URLSearchParams(
        texts.map((text, i) => [fields[i % fields.length], wellFormed(text)]),
      );
      await seen.page.goto(`${opened.site.url}/playground/index.html?${query}#${texts[0]}`);
      await seen.page.waitForSelector('#message:not([hidden])');
      expect((await seen.page.locator('#message').innerText()).length).toBeLessThan(4000);
      expect(await seen.faults()).toEqual([]);
    }
    await seen.page.context().close();
  });
});

withChromium.describe('hostile texts in the classify page', () => {
  const opened = inChromium(models);

  test('names of models and every field of their cards', async () => {
    const seen = await watched(opened.browser);
    await seen.page.goto(
      `${opened.site.url}/classify/index.html?model=${encodeURIComponent(payloads[3])}`,
    );
    await seen.page.waitForSelector('#list input');
    expect(await seen.page.locator('#list input').count()).toBe(payloads.length);
    const shown = await seen.page.evaluate(async () => {
      let shown = 0;
      for (const input of document.querySelectorAll<HTMLInputElement>('#list input')) {
        input.disabled = false;
        input.click();
        await new Promise((later) => setTimeout(later, 5));
        shown += Number(document.querySelectorAll('#card dd').length > 8);
      }
      return shown;
    });
    expect(shown).toBeGreaterThanOrEqual(200);
    expect(await seen.faults()).toEqual([]);
    await seen.page.context().close();
  });

  test('names of files, of pictures and of what is none', async () => {
    const seen = await watched(opened.browser);
    const { page } = seen;
    await page.goto(`${opened.site.url}/classify/index.html`);
    await page.waitForSelector('#list input');
    const data = Uint8Array.from({ length: 12 }, (_, i) => 20 * i);
    const picture = Buffer.from(encodePng({ data, width: 2, height: 2 }));
    for (const [i, name] of payloads.entries()) {
      const buffer = i % 2 === 0 ? picture : Buffer.from(name);
      await page.setInputFiles('#file', { name, mimeType: 'image/png', buffer });
      if (i % 25 > 1) continue;
      await page.waitForFunction(() => !document.querySelector('#stage[data-shows="reading"]'));
    }
    await page.waitForTimeout(500);
    expect(await seen.faults()).toEqual([]);
    await page.context().close();
  });
});

withChromium.describe('axe', () => {
  const opened = inChromium();

  test.each(
    ['', 'classify/', 'playground/', 'check/'].flatMap((path) =>
      readers.map((reader) => ({ path, ...reader })),
    ),
  )('/$path at $width pixels, $colorScheme', async ({ path, ...reader }) => {
    const context = await opened.browser.newContext({
      bypassCSP: true,
      colorScheme: reader.colorScheme,
      viewport: { width: reader.width, height: 900 },
    });
    const seen = await context.newPage();
    await seen.goto(`${opened.site.url}/${path}index.html`, { waitUntil: 'networkidle' });
    if (path === 'check/') await seen.waitForSelector('#status[data-state="wrong"]');
    expect(await axeOf(seen)).toEqual([]);
    await context.close();
  });
});
