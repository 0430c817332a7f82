import type { NdArray } from '../../float64/array.js';
import { scaled } from '../diagnosis/code/arrays.js';
import { compute } from '../diagnosis/code/program.js';
import type { Scene } from '../diagnosis/code/scene.js';
import { gradientsAndNoise } from '../diagnosis/code/sceneAt.js';
import type { Operation, Value } from '../recording.js';
import type { Expression, Lookup } from '../source.js';
import type { Place } from '../thrown.js';
import type {
  LoadedFile,
  PackedOperation,
  PackedPoint,
  PackedRecording,
  PointAnswer,
} from './answers.js';
import { arrayOf } from './packed.js';
import { parameterOf, recordingOf } from './recorded.js';

/**
 * Both passes of somebody's Python at a point, for the diagnosis. Undefined where there is no recording
 * that gives the numbers of the code.
 */
export function sceneOf(
  { point, answer }: { readonly point: PackedPoint; readonly answer: PointAnswer },
  { shapes }: Pick<LoadedFile, 'shapes'>,
  expressions: Expressions,
): Scene | undefined {
  const recording = recordingOf(answer);
  if (!recording || Object.keys(recording.hand).length === 0) return undefined;
  const values = new Map(recording.values.map((value) => [value.id, arrayOf(value)]));
  const operations = recording.operations.map((operation) => ran(operation, values, expressions));
  const value = (id: number) => values.get(id) as Value;

  const leaves = new Map<Value, string>();
  for (const name of Object.keys(point)) {
    const leaf = answer.leaves.includes(name) ? parameterOf(name, answer) : name;
    leaves.set(value(recording.inputs[name]), leaf);
  }
  for (const [name, id] of Object.entries(recording.seeds)) leaves.set(value(id), `d${name}`);
  const [forward, backward] = [
    operations.slice(0, recording.split),
    operations.slice(recording.split),
  ];
  const returned = Object.fromEntries(
    Object.entries(recording.hand).map(([name, id]) => [name, value(id)]),
  );
  const cost = value(recording.objective);
  return {
    ...{ forward, backward, leaves, cost, returned },
    ...gradientsAndNoise(forward, cost, leaves, returned),
    cached: namesOf(recording, values),
    dimensions: dimensionsOf(point, shapes),
  };
}

/** The scene with 1/m of some gradients, by the course's convention for layers. */
export function withShares(scene: Scene, names: readonly string[], m: number): Scene {
  const of = (name: string) => (names.includes(name.slice(1)) ? 1 / m : 1);
  const [oracle, noise] = [{ ...scene.oracle }, { ...scene.noise }];
  for (const name in oracle) {
    oracle[name] = scaled(oracle[name], of(name));
    noise[name] *= of(name);
  }
  return { ...scene, oracle, noise };
}

/** One operation, run on the values so far; its outputs join them. */
function ran(
  { kernel, attrs, inputs, outputs, place }: PackedOperation,
  values: Map<number, NdArray>,
  expressions: Expressions,
): Operation {
  const own = Object.fromEntries(
    Object.entries(inputs).map(([name, id]) => [name, values.get(id) as Value]),
  );
  const made = compute({ kernel, attrs }, own);
  for (const [i, id] of outputs.entries()) values.set(id, made[i]);
  return { kernel, attrs, inputs: own, outputs: made, calls: place ? [expressions.at(place)] : [] };
}

/** What local variables and the cache call a value, the first name of each. */
function namesOf(
  { names, cache }: PackedRecording,
  values: ReadonlyMap<number, NdArray>,
): Map<Value, string> {
  const named = new Map<Value, string>();
  for (const { name, id } of [...names, ...cache]) {
    const value = values.get(id);
    if (value && !named.has(value)) named.set(value, name);
  }
  return named;
}

function dimensionsOf(
  point: PackedPoint,
  shapes: LoadedFile['shapes'],
): Readonly<Record<string, number>> {
  const sizes: Record<string, number> = {};
  for (const [name, { shape }] of Object.entries(point)) {
    shape.forEach((size, i) => {
      const side = shapes[name]?.[i];
      const key =
        side === undefined ? `${name}.shape[${i}]` : typeof side === 'string' ? side : undefined;
      if (key !== undefined && size > 1) sizes[key] ??= size;
    });
  }
  return sizes;
}

/** The expressions of a Python file, by where an operation says that it stands. */
export class Expressions {
  private readonly known = new Map<string, Expression>();
  private readonly lines: ReadonlyMap<string, readonly string[]>;

  constructor(sources: LoadedFile['sources']) {
    this.lines = new Map(Object.entries(sources).map(([file, text]) => [file, text.split('\n')]));
  }

  /** A place that tells expressions that begin together: a @ b and a @ b + c. */
  at({
    file,
    line,
    column = 1,
    endLine = line,
    endColumn,
  }: NonNullable<PackedOperation['place']>): Place {
    const place = { file, line, column, end: `-${endLine}:${endColumn ?? ''}` };
    const key = keyOf(place);
    if (!this.known.has(key)) {
      const expression = this.expressionAt(file, line, column, endLine, endColumn);
      if (expression) this.known.set(key, expression);
    }
    return place;
  }

  readonly lookup: Lookup = (place) => this.known.get(keyOf(place));

  private expressionAt(
    file: string,
    line: number,
    column: number,
    endLine: number,
    endColumn: number | undefined,
  ): Expression | undefined {
    const lines = this.lines.get(file);
    const whole = lines?.slice(line - 1, endLine).join('\n');
    if (whole === undefined) return undefined;
    const statement = whole.trim();
    const last = lines?.[endLine - 1].length ?? 0;
    const cut = endColumn === undefined ? 0 : last - (endColumn - 1);
    const text = endColumn === undefined ? statement : whole.slice(column - 1, whole.length - cut);
    const [, left, right] =
      /^\s*([^=]+?)\s*[-+*/@]?=(?!=)\s*([\s\S]*?)\s*(?:#.*)?$/.exec(lines?.[line - 1] ?? '') ?? [];
    const isWhole = right === text || statement === text;
    const named = left === undefined ? {} : isWhole ? { target: left } : { within: left };
    const start = endColumn === undefined ? whole.length - whole.trimStart().length : column - 1;
    return {
      ...{ line, last: endLine, text, ...named },
      before: whole.slice(0, start),
      after: whole.slice(start + text.length),
      args: argumentsOf(text),
      params: [],
      ...(endColumn === undefined && { isLine: true as const }),
    };
  }
}

const keyOf = ({ file, line, column, end = '' }: Place) => `${file}:${line}:${column}${end}`;

/** np.sum(dZ, axis=1) → dZ and axis=1; a @ b → a and b. */
function argumentsOf(text: string): string[] {
  const call = /^[\w.]+\(([\s\S]*)\)$/.exec(text);
  return splitAt(call ? call[1] : text, call ? [','] : [' @ ', ' * ', ' / ', ' + ', ' - ', ' ** ']);
}

/** Splits where no bracket is open. */
function splitAt(text: string, separators: readonly string[]): string[] {
  const parts: string[] = [];
  let [depth, from] = [0, 0];
  for (let i = 0; i < text.length; i++) {
    if ('([{'.includes(text[i])) depth++;
    else if (')]}'.includes(text[i])) depth--;
    const separator = depth === 0 && separators.find((one) => text.startsWith(one, i));
    if (!separator) continue;
    parts.push(text.slice(from, i).trim());
    from = i + separator.length;
    i = from - 1;
  }
  return [...parts, text.slice(from).trim()];
}
