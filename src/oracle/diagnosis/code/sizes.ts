import type { NdArray } from '../../../float64/array.js';
import { list } from '../../../text/words.js';
import type { Factor } from './factor.js';
import type { Stage } from './stage.js';
import { number } from './text.js';

/** What the dimensions of a factor count: the 7 samples (N). */
export function meaningOf(stage: Stage, { of }: Factor): string {
  const product = of.reduce((size, name) => size * stage.scene.dimensions[name], 1);
  if (of.length > 1) return `all ${product} elements (${of.join(' times ')})`;
  const role = roleOf(stage, of[0]);
  return role.includes(' (') ? `the ${role}` : of[0];
}

/** 7 samples (N), where X and Y tell; else what the name says. */
export function roleOf({ scene }: Stage, dimension: string): string {
  const size = scene.dimensions[dimension];
  const shape = (name: string) =>
    [...scene.leaves].find(([, own]) => own === name)?.[0].shape ?? [];
  const [X, Y] = [shape('X'), shape('Y')];
  const isSamples =
    (X[0] === size && Y[0] === size) ||
    (X.length > 1 && Y.length > 1 && X.at(-1) === size && Y.at(-1) === size && X[0] !== Y[0]);
  if (isSamples) return `${size} samples (${dimension})`;
  const [, leaf, axis] = /^(\w+)\.shape\[(\d)\]$/.exec(dimension) ?? [];
  if (/^[XY]$/.test(leaf ?? '') && shape(leaf).length === 2)
    return `${size} ${axis === '0' ? 'rows' : 'columns'} of ${leaf} (${dimension})`;
  return `${dimension} = ${size}`;
}

/** axis 0 (the 7 samples (N)) and axis 2 (5) */
export function axesIn(stage: Stage, { shape }: NdArray, axes: readonly number[]): string {
  if (axes.length === 0) return 'no axis';
  const sizes = Object.entries(stage.scene.dimensions);
  const named = axes.map((axis) => {
    const [dimension] = sizes.find(([, size]) => size === shape[axis]) ?? [];
    if (!dimension || /^(?![XY]\.).*\.shape\[/.test(dimension))
      return `axis ${axis} (${shape[axis]} long)`;
    const role = roleOf(stage, dimension).replace(/ \((.*)\)$/, ', $1');
    return `axis ${axis} (${role})`;
  });
  return list(named);
}

/** The number of a verb: an axis belongs, axes belong. */
export const belong = (axes: readonly number[]) => (axes.length === 1 ? 'belongs' : 'belong');

/** Of which dimension a number may be one as well: ; it may be N = 2 */
export function alsoDimensions({ scene }: Stage, value: number): string {
  const sizes = Object.entries(scene.dimensions);
  const large = Math.max(value, 1 / value);
  const fits = sizes
    .filter(([, size]) => size === large)
    .map(([name, size]) => `${name} = ${size}`);
  const roots = sizes
    .filter(([, size]) => Math.abs(Math.sqrt(size) - large) < 1e-12)
    .map(([name]) => `sqrt(${name}) = ${number(large)}`);
  const all = [...fits, ...roots].slice(0, 2);
  return all.length > 0 ? `; it may be ${all.join(' or ')}` : '';
}
