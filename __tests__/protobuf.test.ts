import { describe, expect, test } from '@jest/globals';
import { Float32, message } from '../src/protobuf.js';

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

// The bytes are those of the encoding guide at protobuf.dev.
describe('a message', () => {
  test('of an integer, of text, of a message', () => {
    expect(hex(message({ 1: 150 }))).toBe('089601');
    expect(hex(message({ 2: 'testing' }))).toBe('120774657374696e67');
    expect(hex(message({ 3: message({ 1: 150 }) }))).toBe('1a03089601');
  });
  test('-2 takes ten bytes', () => {
    expect(hex(message({ 1: -2 }))).toBe('08feffffffffffffffff01');
  });
  test('a float is its four bytes, true is 1', () => {
    expect(hex(message({ 4: new Float32(1) }))).toBe('250000803f');
    expect(hex(message({ 5: true }))).toBe('2801');
  });
  test('a list is its field again and again; nothing is nothing', () => {
    expect(hex(message({ 1: [1, 2] }))).toBe('08010802');
    expect(hex(message({ 1: undefined, 2: [] }))).toBe('');
  });
});
