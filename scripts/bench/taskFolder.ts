import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Shape, Task } from './task.js';

/** Has `use` work with the folder of a task: task.json, and X, Y, W1, … as float32. */
export async function inFolder<T>(task: Task, use: (folder: string) => Promise<T>): Promise<T> {
  const { X, Y, weights, ...shape } = task;
  const folder = mkdtempSync(join(tmpdir(), 'handgrad-bench-'));
  try {
    writeFileSync(join(folder, 'task.json'), JSON.stringify(shape));
    writeFileSync(join(folder, 'X'), X);
    writeFileSync(join(folder, 'Y'), Y);
    weights.forEach((W, i) => {
      writeFileSync(join(folder, `W${i + 1}`), W);
    });
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Reads it back. */
export function readTask(folder: string): Task {
  const shape: Shape = JSON.parse(readFileSync(join(folder, 'task.json'), 'utf8'));
  const read = (name: string) => {
    const { buffer, byteOffset, byteLength } = readFileSync(join(folder, name));
    return new Float32Array(buffer.slice(byteOffset, byteOffset + byteLength));
  };
  const weights = shape.activations.map((_, i) => read(`W${i + 1}`));
  return { ...shape, X: read('X'), Y: read('Y'), weights };
}
