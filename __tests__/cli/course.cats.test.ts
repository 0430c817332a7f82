import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from '@jest/globals';
import { experiments } from '../../src/course/experiments/index.js';
import { look, readers, startChromium } from '../support/chromium.js';
import { golden } from '../support/goldens.js';
import { cats, withCats, withChromium } from '../support/needs.js';
import { temporaryFolder } from '../support/temporaryFolder.js';
import { type Ended, handgrad } from './handgrad.js';

const here = temporaryFolder();

interface Result {
  found: Record<string, never>;
  passed: boolean;
  seconds: number;
}
interface CatModel {
  costs: Record<string, number>;
  train_accuracy: number;
  test_accuracy: number;
  mislabelled_test_indices: number[];
}

/** The whole course on the cats, as a user runs it; one run for all that is asked of it. */
withCats.describe('the whole course', () => {
  const html = join(here, 'deep', 'in', 'index.html');
  let ended: Ended;
  let results: Record<string, Result>;
  beforeAll(async () => {
    ended = await handgrad(['course', '--data', cats, '--json', '--html', html]);
    results = JSON.parse(ended.stdout);
  }, 10 * 60_000);

  test('exit 0, every experiment in its place and as expected, with its seconds', () => {
    expect(ended.code).toBe(0);
    expect(Object.keys(results)).toEqual(experiments.map(({ name }) => name));
    const failed = Object.entries(results).filter(([, { passed }]) => !passed);
    expect(failed).toEqual([]);
    for (const { seconds } of Object.values(results)) expect(seconds).toBeGreaterThanOrEqual(0);
  });

  test.each([
    ['logistic-cats', 'logistic'],
    ['two-layer', 'two_layer'],
    ['l-layer', 'l_layer'],
  ] as const)(
    '%s: every cost to six digits, both accuracies, the same mistakes',
    (name, reference) => {
      const model = golden<Record<string, CatModel>>('cat')[reference];
      const { costs, trainAccuracy, testAccuracy, mislabelled } = results[name]
        .found as unknown as {
        costs: Record<string, number>;
        trainAccuracy: number;
        testAccuracy: number;
        mislabelled: number[];
      };
      expect(Object.keys(costs)).toEqual(Object.keys(model.costs));
      for (const [i, J] of Object.entries(model.costs)) {
        expect(Math.abs(costs[i] - J)).toBeLessThan(5e-7);
      }
      expect(trainAccuracy).toBeCloseTo(model.train_accuracy, 10);
      expect(testAccuracy).toBeCloseTo(model.test_accuracy, 10);
      expect(mislabelled).toEqual(model.mislabelled_test_indices);
    },
  );

  // docs/decisions/planar-numbers.md: behind iteration 6,000 numpy's own digits are chance.
  test('planar: costs to six digits up to 6,000 iterations, accuracies as numpy has them', () => {
    const reference = golden<{
      costs: Record<string, number>;
      accuracy_by_hidden_size: Record<string, number>;
    }>('planar');
    const { costs, accuracyByHiddenSize } = results.planar.found as unknown as Record<
      string,
      Record<string, number>
    >;
    expect(Object.keys(costs)).toEqual(Object.keys(reference.costs));
    for (const [i, J] of Object.entries(reference.costs)) {
      expect(Math.abs(costs[i] - J)).toBeLessThan(Number(i) <= 6000 ? 5e-7 : 1e-4);
    }
    for (const [nH, percent] of Object.entries(reference.accuracy_by_hidden_size)) {
      const distance = Math.abs(accuracyByHiddenSize[nH] - percent);
      expect(distance).toBeLessThanOrEqual(Number(nH) <= 5 ? 0 : 0.25);
    }
  });

  test('the report: one file below 5 MB, with every experiment, no word of this machine', () => {
    const page = readFileSync(html, 'utf8');
    expect(page.length).toBeLessThan(5_000_000);
    for (const { title } of experiments) {
      expect(page).toContain(title.replaceAll('&', '&amp;').replaceAll("'", '&#39;'));
    }
    expect(page).not.toMatch(/(src|href)="(?!data:|#)/);
    expect(page).not.toContain(here);
    const drawings = page.match(/<svg.*?<\/svg>/gs) ?? [];
    expect(drawings.length).toBeGreaterThan(experiments.length);
    expect(drawings.filter((svg) => svg.includes('NaN'))).toEqual([]);
  });

  withChromium.describe('in Chromium', () => {
    test.each(readers)('$width pixels, $colorScheme', async (reader) => {
      const browser = await startChromium();
      try {
        const { seen, errors, outside, sideways } = await look(browser, html, reader, (page) =>
          page.evaluate(() => ({
            sections: document.querySelectorAll('main section').length,
            figures: [...document.querySelectorAll('figure')].map((figure) => ({
              title: figure.querySelector('figcaption')?.textContent ?? '',
              drawn: figure.querySelectorAll('svg, img').length,
              // A drawing wider than the page scrolls in a box of its own.
              width: figure.getBoundingClientRect().width,
            })),
            unnamed: document.querySelectorAll('img:not([alt]), svg:not([aria-label])').length,
            equations: document.querySelectorAll('math').length,
            broken: [...document.images].filter(({ naturalWidth }) => naturalWidth === 0).length,
          })),
        );
        expect([...errors, ...outside]).toEqual([]);
        expect(sideways).toBe(0);
        expect(seen.sections).toBe(5);
        expect(seen.figures.length).toBeGreaterThanOrEqual(2 * experiments.length);
        for (const { title, drawn, width } of seen.figures) {
          expect([title, title.length > 0 && drawn > 0 && width <= reader.width]).toEqual([
            title,
            true,
          ]);
        }
        expect([seen.unnamed, seen.broken]).toEqual([0, 0]);
        expect(seen.equations).toBeGreaterThan(experiments.length);
      } finally {
        await browser.close();
      }
    });
  });
});
