import type { Value } from '../../recording.js';
import { type Binding, namesIn } from '../../scope.js';
import type { Expression } from '../../source.js';
import { isClosed, numpy } from './dialect.js';
import type { Factor } from './factor.js';
import { argumentAt, isFunction, targetOf } from './names.js';
import type { Site } from './site.js';
import type { Stage } from './stage.js';

/** The line with other code in its place: `line 14: const dz1 = tf.mul(da1, tf.step(z1));` Nothing where that would not run. */
export function correctionOf(site: Site, code: string | undefined): string | undefined {
  const { spot, expression, dialect } = site;
  if (!spot || !expression || code === undefined) return undefined;
  const { scope } = expression;
  const known = namesIn(spot.text);
  for (const name of namesIn(code))
    if (scope && !scope.has(name) && !known.has(name) && !/^(Math|true|false|null)$/.test(name))
      return undefined;
  const isBare =
    /(^|[=(,[:]|return)\s*$/.test(spot.before) && /^\s*([;),\]#}]|\/\/|$)/.test(spot.after);
  const written = dialect === numpy && !isBare && !isClosed(code) ? `(${code})` : code;
  const line = `${spot.before}${written}${spot.after}`;
  if (line.includes('\n') && line.includes('//')) return undefined;
  const lines = spot.last > spot.line ? `lines ${spot.line}-${spot.last}` : `line ${spot.line}`;
  return `${lines}: ${line.replace(/\s*\n\s*/g, ' ')}`;
}

/** What stands for a value in the code of a site, iteration by iteration; undefined where nothing there is sure to be it. */
export function codeOf(
  site: Site,
  pick: (k: number) => Value | undefined,
  depth = 0,
): string | undefined {
  const { stage, group, expression } = site;
  if (!expression) return undefined;
  const values = group.at.map((_, k) => pick(k));
  if (values.some((value) => value === undefined)) return undefined;
  const wanted = values.map((value) => originalOf(stage, value!));
  return (
    handedCode(stage, wanted, expression) ??
    usedCode(site, wanted, expression) ??
    (depth < 3 ? madeCode(site, wanted, depth) : undefined)
  );
}

function originalOf(stage: Stage, value: Value): Value {
  const maker = stage.makerOf(value);
  return typeof maker?.attrs.place === 'string' ? originalOf(stage, maker.inputs.x) : value;
}

/** What backward is handed: W1, params.W1, cache.h */
function handedCode(
  { scene }: Stage,
  values: readonly Value[],
  { scope }: Expression,
): string | undefined {
  const [value] = values;
  if (!scope || values.some((other) => other !== value)) return undefined;
  const leaf = scene.leaves.get(value);
  const cached = scene.cached.get(value)?.replace(/^cache(?=\[|$)\.?/, '');
  const paths = [
    ...(leaf ? [/^[XY]$/.test(leaf) ? leaf : `params.${leaf}`] : []),
    ...(cached === undefined
      ? []
      : [/^(\[|$)/.test(cached) ? `cache${cached}` : `cache.${cached}`]),
  ];
  return paths.flatMap((path) => localOf(path, scope) ?? [])[0];
}

/** A path such as cache.hs[2] by the names at a place. */
function localOf(path: string, scope: ReadonlyMap<string, Binding>): string | undefined {
  let best: { readonly name: string; readonly is: string } | undefined;
  for (const [name, { is, constant }] of scope) {
    if (!is || !constant || is.length <= (best?.is.length ?? 0)) continue;
    if (path === is || (path.startsWith(is) && /[.[]/.test(path[is.length]))) best = { name, is };
  }
  return best && `${best.name}${path.slice(best.is.length)}`;
}

/** What the backward pass itself calls it: where it makes the value, or where it puts it into a call. */
function usedCode(
  { stage, group }: Site,
  values: readonly Value[],
  expression: Expression,
): string | undefined {
  const n = group.at.length;
  const { backward } = stage.scene;
  for (const { at } of stage.backwardGroups) {
    if (at.length !== n || typeof backward[at[0]].attrs.place === 'string') continue;
    const operation = backward[at[0]];
    const there = operation.calls[0] && stage.lookup(operation.calls[0]);
    if (!there) continue;
    const isMade = at.every((i, k) => backward[i].outputs[0] === values[k]);
    const target = isMade ? targetOf(stage, operation) : undefined;
    if (target && /^\w+$/.test(target) && isShared(target, expression, expression)) return target;
    for (const [position, name] of Object.keys(operation.inputs).entries()) {
      const isUsed = at.every((i, k) => originalOf(stage, backward[i].inputs[name]) === values[k]);
      const text = isUsed ? argumentAt(stage, operation, position) : undefined;
      if (text && /^[\w$.[\]+\- ]+$/.test(text) && isShared(text, there, expression)) return text;
    }
  }
  return undefined;
}

/** Whether all names in some code are the same, and keep their values, at two places. */
function isShared(code: string, there: Expression, here: Expression): boolean {
  if (!here.scope || !there.scope) return here.scope === there.scope;
  return [...namesIn(code)].every((name) => {
    const [a, b] = [there.scope?.get(name), here.scope?.get(name)];
    return a !== undefined && a.at === b?.at && (b.constant || /^[ijklt]$/.test(name));
  });
}

/** tf.exp(Z), made once more of what can be written. */
function madeCode(site: Site, values: readonly Value[], depth: number): string | undefined {
  const { stage } = site;
  const makers = values.map((value) => stage.makerOf(value));
  const [maker] = makers;
  const there = maker?.calls[0] && stage.lookup(maker.calls[0]);
  const isOne = makers.every(
    (one) => one && JSON.stringify(one.calls) === JSON.stringify(maker?.calls),
  );
  if (!there || !maker || !isOne || !isFunction(there.text) || there.text.length > 80)
    return undefined;
  if (stage.indexOf(values[0]) !== undefined) return undefined;
  const names = Object.keys(maker.inputs);
  const args = there.args.map((text, position) => {
    if (position >= names.length || /^-?[\d.e-]+$/.test(text)) return text;
    return codeOf(site, (k) => makers[k]?.inputs[names[position]], depth + 1);
  });
  if (args.length === 0 || args.includes(undefined)) return undefined;
  return `${there.text.slice(0, there.text.indexOf('('))}(${args.join(', ')})`;
}

/** A number of the forward pass, by the name that it has there and here: scale. */
export function scalarCode(site: Site, value: Value): string | undefined {
  const { stage, expression } = site;
  if (!expression) return undefined;
  for (const operation of [...stage.scene.forward, ...stage.scene.backward]) {
    const position = Object.values(operation.inputs).indexOf(value);
    const there = operation.calls[0] && stage.lookup(operation.calls[0]);
    const text = position >= 0 ? argumentAt(stage, operation, position) : undefined;
    if (!there || !text || !/^[\w$.]+$/.test(text)) continue;
    if (/^[\d.]+(e-?\d+)?$/.test(text) || isShared(text, there, expression)) return text;
  }
  return undefined;
}

/** N * K, Math.sqrt(N): what stands below the line of a factor, or the factor where nothing does. */
export function factorCode(site: Site, { kind, of, base }: Factor): string | undefined {
  if (of.length === 0) return base;
  const sizes = of.map((name) => sizeCode(site, name));
  if (sizes.includes(undefined)) return undefined;
  const [d, e] = sizes;
  if (kind === 'root') return site.dialect.sqrt(d!);
  if (kind === 'less-one') return `${d} / (${d} - 1)`;
  return e === undefined ? d : `${d} ${base.includes('/') ? '/' : '*'} ${e}`;
}

/** A dimension as the code has it: N, or X.shape[0] by the name of X. */
function sizeCode({ stage, expression }: Site, dimension: string): string | undefined {
  const side = stage.scene.sides?.[dimension] ?? dimension;
  const [, leaf, axis] = /^(\w+)(\.shape\[\d\])$/.exec(side) ?? [];
  const scope = expression?.scope;
  if (!leaf || !scope) return leaf && side;
  const path = /^[XY]$/.test(leaf) ? leaf : `params.${leaf}`;
  for (const [name, { is, constant }] of scope)
    if (constant && is === `${path}${axis}`) return name;
  const local = localOf(path, scope);
  return local && `${local}${axis}`;
}
