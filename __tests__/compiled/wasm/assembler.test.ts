import { describe, expect, test } from '@jest/globals';
import { assemble, op, repeat, signed, unsigned } from '../../../src/compiled/wasm/assembler.js';

describe('LEB128', () => {
  // The examples of the DWARF standard, appendix C.
  test.each([
    [2, [2]],
    [127, [127]],
    [128, [0x80, 1]],
    [129, [0x81, 1]],
    [12857, [0xb9, 0x64]],
    [2 ** 32 - 1, [0xff, 0xff, 0xff, 0xff, 0x0f]],
  ])('unsigned %i', (value, bytes) => {
    expect(unsigned(value)).toEqual(bytes);
  });
  test.each([
    [2, [2]],
    [-2, [0x7e]],
    [127, [0xff, 0]],
    [-127, [0x81, 0x7f]],
    [128, [0x80, 1]],
    [-128, [0x80, 0x7f]],
    [-129, [0xff, 0x7e]],
  ])('signed %i', (value, bytes) => {
    expect(signed(value)).toEqual(bytes);
  });
});

test.each([0, 1, 3])('repeats the body %i times', (times) => {
  const memory = new WebAssembly.Memory({ initial: 1 });
  const floats = new Float32Array(memory.buffer);
  floats.set([1, 2, 3, 4], 4);
  // To the vector at 0, add that at 16.
  const body = [
    op.int(0),
    op.int(0),
    op.load(0),
    op.int(0),
    op.load(16),
    op.add,
    op.store(0),
  ].flat();
  const [run] = assemble([{ integers: 1, vectors: 0, code: repeat(times, 0, body) }], memory);
  run();
  expect([...floats.slice(0, 4)]).toEqual([1, 2, 3, 4].map((x) => times * x));
});

test('an address above 2 GB is a number below 0 to the module, and the same bits', () => {
  expect(op.int(2 ** 31 + 8)).toEqual([0x41, ...signed(8 - 2 ** 31)]);
});
