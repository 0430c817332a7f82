import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import {
  type CodeOptions,
  explainCode,
} from '../../../../src/oracle/diagnosis/code/explainCode.js';
import type { Scene } from '../../../../src/oracle/diagnosis/code/scene.js';
import { sceneAt } from '../../../../src/oracle/diagnosis/code/sceneAt.js';
import { scratch } from '../../../../src/oracle/scratch.js';
import { lookupIn } from '../../../../src/oracle/source.js';
import type { Point, Subject } from '../../../../src/oracle/subject.js';

/** A module that somebody has written, and the sizes of what it is run on. */
export interface Written {
  readonly shapes: Readonly<Record<string, readonly string[]>>;
  readonly sizes: Readonly<Record<string, number>>;
  readonly source: string;
  /** Whether X holds whole numbers below 3. */
  readonly isIndices?: boolean;
}

let count = 0;

/** The module's functions, from a file of their own. */
export async function load(source: string): Promise<{ subject: Subject; file: string }> {
  const file = join(mkdtempSync(join(tmpdir(), 'handgrad-')), `module${count++}.mjs`);
  writeFileSync(file, source);
  return { subject: (await import(file)) as Subject, file };
}

/** Scenes at three points: the third of other sizes. */
export function scenesOf(subject: Subject, { shapes, sizes, isIndices }: Written): Scene[] {
  const at = (seed: number, more: number): Scene =>
    scratch(() => {
      const drawn = Object.entries(shapes).map(([name, sides], i) => {
        const shape = sides.map((side) => (sizes[side] ?? Number(side)) + (sizes[side] ? more : 0));
        const T =
          isIndices && name === 'X'
            ? tf.tensor(
                Array.from({ length: shape[0] }, (_, k) => (k * seed) % 3),
                shape,
                'int32',
              )
            : tf.randomNormal(shape, 0, 1, 'float32', seed * 31 + i);
        return [name, T] as const;
      });
      const { X, Y, ...params } = Object.fromEntries(drawn);
      return sceneAt({ ...subject, shapes } as Subject, { params, X, Y } as Point);
    });
  // From one place: calls are told by all that led to them.
  return [1, 2, 4].map((seed) => at(seed, seed === 4 ? 1 : 0));
}

export async function explained(written: Written, options: CodeOptions = {}) {
  const { subject, file } = await load(written.source);
  const [scene, ...fresh] = scenesOf(subject, written);
  const lookup = lookupIn((path) => readFileSync(path, 'utf8'));
  const causes = explainCode(scene, fresh, { lookup, seconds: 20, ...options });
  rmSync(file);
  return causes;
}

/** The module with corrections in the place of the lines that they name. */
export function corrected(source: string, corrections: readonly string[]): string {
  const lines = source.split('\n');
  for (const correction of corrections) {
    const [, from, to = from, code] = /^lines? (\d+)(?:-(\d+))?: (.*)$/.exec(correction) ?? [];
    if (code === undefined) throw new Error(`no line is named in ${correction}`);
    lines.fill('', Number(from) - 1, Number(to));
    lines[Number(from) - 1] = code;
  }
  return lines.join('\n');
}

/** How far the gradients of a module lie from the right ones, relative to the largest number of each. */
export async function furthest(written: Written): Promise<number> {
  const { subject, file } = await load(written.source);
  const [{ returned, oracle }] = scenesOf(subject, written);
  rmSync(file);
  if (Object.keys(oracle).length < Object.keys(written.shapes).length - 2)
    throw new Error('there are gradients that are not compared');
  return Math.max(
    ...Object.keys(oracle).map((name) => {
      const [a, b] = [returned[name].values, oracle[name].values];
      if (a.length !== b.length) return Number.POSITIVE_INFINITY;
      const largest = Math.max(...[...b].map((v) => Math.abs(Number(v))));
      return Math.max(...[...a].map((v, i) => Math.abs(Number(v) - Number(b[i])))) / largest;
    }),
  );
}
