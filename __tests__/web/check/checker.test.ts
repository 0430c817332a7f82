import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { type Answer, ready } from '../../../web/check/answer.js';
import { startChecker, type WorkerLike } from '../../../web/check/checker.js';
import { type Said, write } from '../../../web/check/wire.js';

class FakeWorker implements WorkerLike {
  onmessage: WorkerLike['onmessage'] = null;
  onerror: WorkerLike['onerror'] = null;
  received: string[] = [];
  ended = false;
  postMessage(code: string) {
    this.received.push(code);
  }
  terminate() {
    this.ended = true;
  }
  async say(said: Said) {
    await this.send(write(said));
  }
  async send(data: unknown) {
    this.onmessage?.({ data } as MessageEvent);
    await Promise.resolve(); // a promise was kept by it
  }
}

const report = (name: string) => ({ problem: { sentence: name } });

let workers: FakeWorker[];
let seen: Answer[];
const start = () =>
  startChecker(
    () => {
      workers.push(new FakeWorker());
      return workers.at(-1)!;
    },
    (answer) => seen.push(answer),
  );

beforeEach(() => {
  jest.useFakeTimers();
  workers = [];
  seen = [];
});
afterEach(() => {
  jest.useRealTimers();
});

test('one worker stands ready before anything is asked, and another after each question', async () => {
  const checker = start();
  expect(workers).toHaveLength(1);
  await workers[0].say(ready);
  checker.check('a');
  await Promise.resolve();
  expect(workers[0].received).toEqual(['a']);
  expect(workers).toHaveLength(2);
  await workers[0].say(report('a'));
  expect(seen).toEqual([report('a')]);
  expect(workers.map(({ ended }) => ended)).toEqual([true, false]);
});

test('what is asked before the worker is ready waits for it', async () => {
  start().check('a');
  await Promise.resolve();
  expect(workers[0].received).toEqual([]);
  jest.advanceTimersByTime(60_000); // the five seconds are those of the code
  await workers[0].say(ready);
  expect(workers[0].received).toEqual(['a']);
  expect(seen).toEqual([]);
});

test('a newer question ends the worker of the older one, whose answer is not seen', async () => {
  const checker = start();
  await workers[0].say(ready);
  checker.check('a');
  await Promise.resolve();
  checker.check('b');
  expect(workers[0].ended).toBe(true);
  await workers[0].say(report('a'));
  await workers[1].say(ready);
  expect(workers[1].received).toEqual(['b']);
  await workers[1].say(report('b'));
  expect(seen).toEqual([report('b')]);
});

test('a question that never began is never asked', async () => {
  const checker = start();
  checker.check('a');
  checker.check('b');
  await workers[0].say(ready);
  expect(workers[0].received).toEqual([]);
});

test('after five seconds it is ended, and said; the next question has a worker', async () => {
  const checker = start();
  await workers[0].say(ready);
  checker.check('for (;;) {}');
  await Promise.resolve();
  jest.advanceTimersByTime(4_999);
  expect(workers[0].ended).toBe(false);
  jest.advanceTimersByTime(1);
  expect(workers[0].ended).toBe(true);
  expect(seen).toEqual([
    { problem: { sentence: 'Stopped after 5 seconds. Is there an endless loop?' } },
  ]);
  await workers[1].say(ready);
  checker.check('b');
  await Promise.resolve();
  await workers[1].say(report('b'));
  jest.advanceTimersByTime(60_000);
  expect(seen).toHaveLength(2);
});

test('an error that the code leaves for later is no answer', async () => {
  const checker = start();
  await workers[0].say(ready);
  checker.check('a');
  await Promise.resolve();
  const event = { preventDefault: jest.fn() };
  workers[0].onerror?.(event as unknown as ErrorEvent);
  expect(event.preventDefault).toHaveBeenCalled();
  expect(seen).toEqual([]);
});

test('a worker that does not start: what to do', async () => {
  start().check('a');
  workers[0].onerror?.({} as ErrorEvent);
  await Promise.resolve();
  await Promise.resolve();
  expect(seen).toEqual([{ problem: { sentence: expect.stringMatching(/Reload the page/) } }]);
});

test('what is no answer is said to be none, whatever it is', async () => {
  const checker = start();
  const noise = ['', 'nonsense', undefined, { report: {} }, '{"report":{"passed":"<b>"}}'];
  for (const [i, data] of noise.entries()) {
    await workers[i].say(ready);
    checker.check('a');
    await Promise.resolve();
    await workers[i].send(data);
    expect(workers[i].ended).toBe(true);
  }
  expect(seen).toHaveLength(noise.length);
  for (const answer of seen) {
    expect(answer).toEqual({
      problem: { sentence: expect.stringMatching(/^The code changes what the check answers: /) },
    });
  }
});

test('of a thousand lines that are printed the page is told fifty and one', async () => {
  const heard: string[] = [];
  const checker = startChecker(
    () => {
      workers.push(new FakeWorker());
      return workers.at(-1)!;
    },
    (answer) => seen.push(answer),
    { hear: (text) => heard.push(text) },
  );
  await workers[0].say(ready);
  checker.check('a');
  await Promise.resolve();
  for (let i = 0; i < 1000; i++) await workers[0].say({ printed: `${i}` });
  expect(heard).toHaveLength(51);
  await workers[0].say(report('a'));
  expect(seen).toEqual([report('a')]);
});
