import { expect, test } from '@jest/globals';
import { closeScope } from '../../../web/check/closed.js';

/** As a worker's: some things its own, some inherited, some behind a getter. */
function scopeOf() {
  const far = {
    fetch: () => 'reached',
    get indexedDB() {
      return 'reached';
    },
    get navigator() {
      return { sendBeacon: () => true };
    },
    setTimeout: () => 'stays',
  };
  return Object.assign(Object.create(Object.create(far)), {
    postMessage: () => 'reached',
    WebSocket: class {},
  });
}

test('takes away what reaches out, and says so', () => {
  const scope = scopeOf();
  closeScope(scope);
  const refused = (name: string) =>
    `${name} is not to be had here: the code is checked without a network.`;
  expect(() => scope.fetch('x')).toThrow(refused('fetch'));
  expect(() => new scope.WebSocket('x')).toThrow(refused('WebSocket'));
  expect(() => scope.indexedDB).toThrow(refused('indexedDB'));
  expect(() => scope.postMessage({})).toThrow(refused('postMessage'));
  expect(scope.navigator).toBeUndefined();
  expect(scope.setTimeout()).toBe('stays');
});

test('nor can it be had from what the scope inherits, or put back', () => {
  const scope = scopeOf();
  closeScope(scope);
  const far = Object.getPrototypeOf(Object.getPrototypeOf(scope));
  expect(() => far.fetch()).toThrow('fetch is not to be had here');
  expect(() => delete far.fetch).toThrow(TypeError);
  expect(() => Object.defineProperty(far, 'fetch', { value: 1 })).toThrow(TypeError);
});

test('what is not there is not made', () => {
  const scope = {};
  closeScope(scope);
  expect(Object.getOwnPropertyNames(scope)).toEqual([]);
});
