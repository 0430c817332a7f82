import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { experiments } from '../../src/course/experiments/index.js';
import { look, noChromium, readers, startChromium } from '../support/chromium.js';
import { golden } from '../support/goldens.js';
import { temporaryFolder } from '../support/temporaryFolder.js';
import { type Ended, handgrad, oneLine } from './handgrad.js';
import { tinyPictures, writeTinySet } from './tinySet.js';

const here = temporaryFolder();
const tiny = here;
const minutes = 60_000;
beforeAll(() => writeTinySet(tiny, { train: tinyPictures(12, 2), test: tinyPictures(4, 2) }));

const cats =
  process.env.HANDGRAD_DATA ??
  fileURLToPath(new URL('../../../shared/data/catvnoncat', import.meta.url));
const noCats = existsSync(join(cats, 'train_catvnoncat.h5'))
  ? ''
  : ': not run, the set is not there; name its folder in HANDGRAD_DATA';

interface Result {
  found: Record<string, never>;
  expected: Record<string, unknown>;
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
(noCats ? describe.skip : describe)(`the whole course${noCats}`, () => {
  const html = join(here, 'deep', 'in', 'index.html');
  let ended: Ended;
  let results: Record<string, Result>;
  beforeAll(async () => {
    ended = await handgrad(['course', '--data', cats, '--json', '--html', html]);
    results = JSON.parse(ended.stdout);
  }, 10 * minutes);

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

  (noChromium ? describe.skip : describe)(`in Chromium${noChromium ?? ''}`, () => {
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

describe('a part of it', () => {
  test('experiments by name, and all of a note by its number; none twice; no pictures are asked for', async () => {
    const html = join(here, 'part.html');
    const names = ['derivatives', 'broadcasting', 'derivatives'];
    const { code, stdout, stderr } = await handgrad(['course', ...names, '--json', '--html', html]);
    expect(code).toBe(0);
    expect(Object.keys(JSON.parse(stdout))).toEqual(['derivatives', 'broadcasting']);
    expect(stderr).not.toContain('Data:');
    expect(readFileSync(html, 'utf8')).toContain('none were needed');
  });

  test('another set than the cats: said so, there and in the report, and nothing compared', async () => {
    const html = join(here, 'tiny.html');
    const args = [
      'course',
      'logistic-cats',
      '--data',
      tiny,
      '--index',
      '3',
      '--html',
      html,
      '--json',
    ];
    const { code, stdout, stderr } = await handgrad(args);
    expect(code).toBe(0);
    const { 'logistic-cats': result } = JSON.parse(stdout) as Record<string, Result>;
    expect(result.expected).toEqual({});
    expect(Object.keys(result.found)).toEqual([
      'costs',
      'trainAccuracy',
      'testAccuracy',
      'mislabelled',
    ]);
    expect(stderr).toContain('It is not the cat set of the course');
    expect(readFileSync(html, 'utf8')).toContain('not the cat set of the course');
    expect(readFileSync(html, 'utf8')).toContain('Training picture 3');
  });
});

describe('bad input', () => {
  test.concurrent('an unknown name: exit 2, and the names that there are', async () => {
    const { code, stderr } = await handgrad(['course', 'plannar']);
    expect(code).toBe(2);
    expect(stderr).toContain('There is no experiment plannar');
    expect(stderr).toContain('planar, building-blocks');
  });

  test.concurrent('a picture index past the end', async () => {
    const args = ['course', 'logistic-cats', '--data', tiny, '--index', '12'];
    const { code, stderr } = await handgrad(args);
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /There is no picture 12: the set has 12\. Give an index from 0 to 11\.\n$/,
    );
  });

  test.concurrent('a picture of yours that is none', async () => {
    const text = join(here, 'no-picture.txt');
    writeFileSync(text, 'hello');
    const args = ['course', 'logistic-cats', '--data', tiny, '--index', '0', '--picture', text];
    const { code, stderr } = await handgrad(args);
    expect(code).toBe(1);
    expect(stderr).toContain('no-picture.txt');
  });

  test.concurrent('data that are not there, behind an experiment that needs none: it is kept', async () => {
    const absent = join(here, 'absent');
    const names = ['derivatives', 'logistic-cats'];
    const html = join(here, 'kept.html');
    const args = ['course', ...names, '--data', absent, '--html', html, '--json'];
    const { code, stdout, stderr } = await handgrad(args);
    expect(code).toBe(1);
    expect(stderr.trimEnd().split('\n').at(-1)).toContain(absent);
    expect(Object.keys(JSON.parse(stdout))).toEqual(['derivatives']);
    expect(existsSync(html)).toBe(false);
    expect(readFileSync(join(here, 'kept-stopped.html'), 'utf8')).toContain('none were needed');
  });

  test('a report that cannot be written: said before any work', async () => {
    const file = join(here, 'a-file');
    writeFileSync(file, '');
    const ended = await handgrad(['course', 'derivatives', '--html', join(file, 'x.html')]);
    expect(oneLine(ended)).toContain('a-file');
  });
});
