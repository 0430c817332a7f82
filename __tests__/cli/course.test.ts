import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { temporaryFolder } from '../support/temporaryFolder.js';
import { handgrad, oneLine } from './handgrad.js';
import { tinyPictures, writeTinySet } from './tinySet.js';

const here = temporaryFolder();
const tiny = here;
beforeAll(() => writeTinySet(tiny, { train: tinyPictures(12, 2), test: tinyPictures(4, 2) }));

interface Result {
  found: Record<string, never>;
  expected: Record<string, unknown>;
  passed: boolean;
  seconds: number;
}

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
