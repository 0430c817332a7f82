import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { encodePng } from '../../src/data/encodePng.js';
import { TestRedis, withRedis } from '../jobs/support/redis.js';
import { temporaryFolder } from '../support/temporaryFolder.js';
import { handgrad, oneLine } from './handgrad.js';
import { WorkerProcess } from './jobs/workerProcess.js';
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

  test.concurrent('data that are not there: said before any work', async () => {
    const absent = join(here, 'absent');
    const html = join(here, 'none.html');
    const names = ['derivatives', 'logistic-cats'];
    const { code, stdout, stderr } = await handgrad([
      'course',
      ...names,
      '--data',
      absent,
      '--html',
      html,
    ]);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr.trimEnd().split('\n').at(-1)).toContain(absent);
    expect(stderr).not.toContain('as expected');
    expect(existsSync(html)).toBe(false);
  });

  test.concurrent('names behind --attach', async () => {
    const ended = await handgrad(['course', 'xor', '--attach', 'course-1']);
    expect(oneLine(ended)).toContain('Leave out xor.');
  });

  test.concurrent('a run that was not begun here', async () => {
    const ended = await handgrad(['course', '--attach', 'course-1']);
    expect(oneLine(ended)).toContain('course-1 is no run of course that was begun on this machine');
  });

  test('a report that cannot be written: said before any work', async () => {
    const file = join(here, 'a-file');
    writeFileSync(file, '');
    const ended = await handgrad(['course', 'derivatives', '--html', join(file, 'x.html')]);
    expect(oneLine(ended)).toContain('a-file');
  });
});

withRedis.describe('over processes and workers', () => {
  let redis: TestRedis;
  let worker: WorkerProcess;
  const env = () => ({ HANDGRAD_REDIS: redis.url, HANDGRAD_CACHE: join(here, 'mine') });
  beforeAll(async () => {
    redis = await TestRedis.start();
    worker = new WorkerProcess(['--concurrency', '2', '--backend', 'float64'], {
      ...{ HANDGRAD_REDIS: redis.url, HANDGRAD_CACHE: join(here, 'theirs') },
    });
    await worker.ready();
  });
  afterAll(async () => {
    await worker.end('SIGTERM');
    await redis.end();
  });

  /** The cats' model and one of each sort of figure, but for one whose figure is of seconds. */
  const names = ['logistic-cats', '004', 'xor', 'sweep'];
  async function pageOf(name: string, more: readonly string[], circumstances = {}) {
    const html = join(here, `${name}.html`);
    const own = join(here, 'own.png');
    writeFileSync(own, encodePng({ data: tinyPictures(1, 4).pictures, width: 4, height: 4 }));
    const asked = ['course', ...names, '--data', tiny, '--index', '3', '--picture', own];
    const begun = more.includes('--attach') ? ['course'] : asked;
    const ended = await handgrad([...begun, ...more, '--json', '--html', html], circumstances);
    const page = readFileSync(html, 'utf8').replace(
      /<figure><figcaption>Time of one gradient.*?<\/figure>/s,
      '',
    );
    return { ...ended, page, found: JSON.parse(ended.stdout) as Record<string, Result> };
  }
  /** Without what is of seconds: how long each took, and what `vectorisation` measures. */
  const compared = ({ found, page }: Awaited<ReturnType<typeof pageOf>>) => {
    const results = structuredClone(found) as Record<string, Result>;
    for (const result of Object.values(results)) result.seconds = 0;
    delete (results.vectorisation.found as Record<string, unknown>).timesSlower;
    const drawings = page.match(/<svg.*?<\/svg>|<img[^>]*>/gs)!;
    expect(drawings.length).toBeGreaterThan(15);
    return { results, drawings };
  };

  test(
    'the same numbers and the same drawings, in one process, in two, and by workers',
    async () => {
      const one = await pageOf('one', ['--jobs', '1']);
      const two = await pageOf('two', ['--jobs', '2']);
      const many = await pageOf('many', ['--redis'], { env: env() });
      expect([one.code, two.code, many.code]).toEqual([0, 0, 0]);
      expect(compared(two)).toEqual(compared(one));
      expect(compared(many)).toEqual(compared(one));
      expect(Object.keys(many.found)).toEqual(Object.keys(one.found));
      expect(one.page).toContain('Your own picture');
      expect(worker.said.match(/^Done /gm)).toHaveLength(8);

      const [, name] = /^Run: (\S+),/m.exec(many.stderr)!;
      const back = await pageOf('back', ['--attach', name], { env: env() });
      expect([back.code, back.stdout]).toEqual([0, many.stdout]);
      expect(back.page).toBe(many.page);
      expect(worker.said.match(/^Done /gm)).toHaveLength(8); // nothing was done again
      const kept = readFileSync(join(here, 'mine', 'runs', name, 'run.json'), 'utf8');
      expect(JSON.parse(kept)).toMatchObject({
        ...{ command: expect.stringContaining('course'), run: name },
        ...{ asked: { backend: 'float64', index: 3 }, results: many.found },
      });
    },
    5 * 60_000,
  );
});
