import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { RandomState } from '../../../src/core/random.js';

const side = 28;

/** m pictures of ten classes as idx files: a pattern for each class, under noise. */
export function writeDigits(folder: string, m: number): void {
  const random = new RandomState(1);
  const size = side * side;
  const patterns = Array.from({ length: 10 }, () => random.randint(0, 128, size));
  const noise = Uint8Array.from(random.randint(0, 128, 1_000_003)); // a prime: no two pictures are alike
  const pictures = new Uint8Array(m * size);
  for (let i = 0; i < pictures.length; i++) {
    const sample = Math.floor(i / size);
    pictures[i] = patterns[sample % 10][i % size] + noise[i % noise.length];
  }
  const head = (...words: readonly number[]) => {
    const bytes = Buffer.alloc(4 * words.length);
    for (const [i, word] of words.entries()) bytes.writeUInt32BE(word, 4 * i);
    return bytes;
  };
  mkdirSync(folder, { recursive: true });
  const labels = Uint8Array.from({ length: m }, (_, i) => i % 10);
  const write = (name: string, first: Buffer, bytes: Uint8Array) =>
    writeFileSync(join(folder, name), Buffer.concat([first, bytes]));
  write('train-images-idx3-ubyte', head(0x803, m, side, side), pictures);
  write('train-labels-idx1-ubyte', head(0x801, m), labels);
}
