import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { readers } from '../support/chromium.js';
import { withChromium } from '../support/needs.js';
import { inChromium } from './inChromium.js';
import { sideways, visit } from './pages.js';

const golden = JSON.parse(readFileSync(new URL('../goldens/planar.json', import.meta.url), 'utf8'));

withChromium.describe('the playground in Chromium', () => {
  const opened = inChromium();

  /** What the page says of itself on its main element. */
  const told = (page: Page) =>
    page.evaluate(() => {
      const { state, backend, iteration, cost, accuracy, tensors } =
        document.querySelector<HTMLElement>('main')!.dataset;
      return {
        state,
        backend,
        iteration: Number(iteration),
        cost: Number(cost),
        accuracy: Number(accuracy),
        tensors: Number(tensors),
      };
    });
  type Told = Awaited<ReturnType<typeof told>>;

  const until = (page: Page, is: (main: DOMStringMap) => boolean) =>
    page.waitForFunction(
      new Function(`return (${is})(document.querySelector('main').dataset)`) as () => boolean,
      undefined,
      { timeout: 60_000 },
    );
  const drawn = (page: Page) => until(page, ({ cost }) => cost !== undefined);
  /** Long enough for the page to draw what came last. */
  const settle = (page: Page) =>
    page.evaluate(
      () =>
        new Promise<void>((done) => {
          let frames = 0;
          const next = () => (++frames > 20 ? done() : requestAnimationFrame(next));
          next();
        }),
    );

  async function open(query = '', reader = {}) {
    const visited = await visit(
      opened.browser,
      `${opened.site.url}/playground/index.html${query}`,
      reader,
    );
    await drawn(visited.page);
    const close = async () => {
      await visited.page.close();
      expect(visited.errors).toEqual([]);
      expect(visited.outside).toEqual([]);
    };
    return { ...visited, close };
  }
  const text = (page: Page, id: string) => page.locator(`#${id}`).textContent();

  test('trains the flower to 88 %, by keyboard alone, and no tensor is left behind', async () => {
    const { page, close } = await open();
    const before = await told(page);
    expect(before).toMatchObject({ iteration: 0, backend: 'wasm', state: 'paused' });
    expect(before.accuracy).toBeLessThan(0.6);
    await page.keyboard.press('Space');
    await until(page, ({ accuracy }) => Number(accuracy) >= 0.88);
    expect(await text(page, 'run')).toBe('Pause');
    await page.keyboard.press('Space');
    await settle(page);
    const after = await told(page);
    expect(after.state).toBe('paused');
    expect(after.accuracy).toBeGreaterThanOrEqual(0.88);
    expect(after.cost).toBeLessThan(0.4);
    expect(after.tensors).toBe(before.tensors);
    expect(await text(page, 'accuracy')).toBe(`${(100 * after.accuracy).toFixed(1)} %`);
    await close();
  });

  test.each(['wasm', 'cpu'])("on %s the address leads to the course's costs", async (backend) => {
    const { page, close } = await open(`?backend=${backend}&iteration=1000`);
    await until(page, ({ iteration, state }) => iteration === '1000' && state === 'paused');
    await settle(page);
    const { cost, backend: used } = await told(page);
    expect(used).toBe(backend);
    // float32; behind 1000 iterations rounding spreads (docs/decisions/planar-numbers.md).
    expect(Math.abs(cost - golden.costs[1000])).toBeLessThan(1e-6);
    expect(await text(page, 'backendShown')).toContain('TensorFlow.js 4.22.0');
    await close();
  });

  test('steps, goes back, and the same settings give the same numbers', async () => {
    const { page, close } = await open('?set=moons&layers=3-relu&start=he&rate=0.3&seed=0');
    const start = await told(page);
    const walk = async (): Promise<Told> => {
      for (let i = 0; i < 5; i++) {
        await page.keyboard.press('s');
        await settle(page);
      }
      return told(page);
    };
    const there = await walk();
    expect(there.iteration).toBe(5);
    expect(there.cost).toBeLessThan(start.cost);
    await page.keyboard.press('r');
    await settle(page);
    expect(await told(page)).toEqual(start);
    expect(await walk()).toEqual(there);
    await close();
  });

  test('keeps the state in the address, and takes it up from there', async () => {
    const { page, close } = await open();
    await page.selectOption('#set', 'circles');
    await page.fill('#noise', '0.1');
    await page.fill('#rate', '0.5');
    await page.fill('#seed', '7');
    await page.selectOption('#start', 'xavier');
    await page.getByLabel('Activation of layer 1').selectOption('relu');
    await page.getByLabel('One unit more in layer 1').click();
    await page.click('#addLayer');
    await page.getByLabel('Units of layer 2').fill('3');
    await page.keyboard.press('Tab');
    await page.click('#step');
    await page.click('#step');
    await page.getByRole('tab', { name: 'layer 3' }).focus();
    await settle(page);
    await page.waitForFunction(() => location.search.includes('iteration=2'));
    const state = await told(page);
    const query = await page.evaluate(() => location.search);
    expect(query).toBe(
      '?set=circles&points=200&noise=0.1&layers=5-relu.3-relu&start=xavier&rate=0.5&seed=7&layer=3&iteration=2',
    );
    await close();

    const again = await open(query);
    await until(again.page, ({ iteration, state }) => iteration === '2' && state === 'paused');
    await settle(again.page);
    expect(await told(again.page)).toEqual(state);
    expect(await text(again.page, 'insideTitle')).toBe('Layer 3 of 3: 1 × sigmoid');
    await again.close();
  });

  test('an address that cannot be is told in sentences, and the page works', async () => {
    const { page, close } = await open('?layers=many&rate=fast&iteration=-1');
    const message = await text(page, 'message');
    for (const part of ['layers=many', 'rate=fast', 'iteration=-1']) {
      expect(message).toContain(part);
    }
    await page.click('#step');
    await settle(page);
    expect((await told(page)).iteration).toBe(1);
    await close();
  });

  test('a number that cannot be is marked and not taken', async () => {
    const { page, close } = await open();
    await page.fill('#rate', '-1');
    await page.keyboard.press('Tab');
    expect(await page.getAttribute('#rate', 'aria-invalid')).toBe('true');
    expect(await text(page, 'message')).toBe(
      'Learning rate α: give a number from 0.000001 to 1000.',
    );
    expect(await page.evaluate(() => location.search)).not.toContain('rate=-1');
    await close();
  });

  test('a cost that is no number stops the run, and Reset begins anew', async () => {
    const { page, close } = await open(
      '?set=clouds&layers=8-linear.8-linear&start=he&rate=1000&seed=1',
    );
    await page.click('#run');
    await until(page, ({ state }) => state === 'stopped');
    expect(await text(page, 'message')).toMatch(
      /^The cost is not a number any more at iteration \d+: with α = 1000 .* Make the learning rate smaller, then Reset\.$/,
    );
    await page.fill('#rate', '0.001');
    await page.keyboard.press('Tab');
    await page.click('#run');
    expect(await text(page, 'message')).toContain('press Reset');
    await page.click('#reset');
    await settle(page);
    expect(await told(page)).toMatchObject({ state: 'paused', iteration: 0 });
    expect(await page.isVisible('#message')).toBe(false);
    await page.click('#run');
    await until(page, ({ iteration }) => Number(iteration) > 20);
    expect(Number.isFinite((await told(page)).cost)).toBe(true);
    await close();
  });

  test('the equations of the layer under the pointer, with the numbers of the next step', async () => {
    const { page, close } = await open('?iteration=50');
    await until(page, ({ iteration, state }) => iteration === '50' && state === 'paused');
    await page.hover('[role=tab][data-layer="2"]');
    await settle(page);
    expect(await text(page, 'insideTitle')).toBe('Layer 2 of 2: 1 × sigmoid');
    expect(await page.locator('#equations math').count()).toBe(3 + 4 + 2);
    await page.keyboard.press('Tab');
    await page.focus('[role=tab][aria-selected=true]');
    await page.keyboard.press('ArrowLeft');
    await settle(page);
    expect(await text(page, 'insideTitle')).toBe('Layer 1 of 2: 4 × tanh');
    expect(await page.locator('#equations math').count()).toBe(2 + 3 + 2);

    const numbers = (label: RegExp, nth = 0) =>
      page
        .locator('#equations table')
        .and(page.getByLabel(label))
        .nth(nth)
        .locator('td')
        .allTextContents();
    const next = await numbers(/^W\[1\] \(4, 2\)$/, 1);
    expect(next).toHaveLength(8);
    await page.keyboard.press('s');
    await settle(page);
    // What the update foretold is what W is after the step.
    expect(await numbers(/^W\[1\] \(4, 2\)$/, 0)).toEqual(next);

    const box = (await page.locator('#plane').boundingBox())!;
    const before = await text(page, 'sampleText');
    await page.mouse.move(box.x + 0.5 * box.width, box.y + 0.5 * box.height);
    await settle(page);
    expect(await page.inputValue('#sample')).not.toBe('1');
    expect(before).toContain('of 400, class 0');
    await close();
  });

  test('checks its own gradients', async () => {
    const { page, close } = await open('?set=xor&layers=3-tanh.3-leakyRelu&start=course&seed=5');
    await page.click('#prove');
    await page.waitForFunction(() =>
      document.querySelector('#proof')!.textContent!.includes('double precision'),
    );
    const count = 3 * 3 + 3 * 4 + 4;
    expect(await text(page, 'proof')).toMatch(
      new RegExp(`^dW1, db1, dW2, db2, dW3, db3 are right: .* ${count} numbers agree`),
    );
    await page.click('#step');
    await settle(page);
    expect(await told(page)).toMatchObject({ iteration: 1, backend: 'wasm' });
    await close();
  });

  test.each(readers)('the deepest network fits $width pixels, $colorScheme', async (reader) => {
    const layers = Array(6).fill('64-tanh').join('.');
    const { page, close } = await open(
      `?set=clouds&points=60&layers=${layers}&start=course`,
      reader,
    );
    await settle(page);
    expect(await sideways(page)).toBeLessThanOrEqual(0);
    await close();
  });
});
