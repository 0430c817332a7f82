import { type Node, parse } from 'acorn';
import { type Any, assignedIn, childrenOf, type Scope, scopeAt } from './scope.js';
import { targetOf } from './target.js';
import type { Place } from './thrown.js';

/** A piece of a file, with what stands around it on its lines. */
export interface Spot {
  readonly line: number;
  /** The line on which it ends. */
  readonly last: number;
  readonly before: string;
  readonly text: string;
  readonly after: string;
}

/** What stands in the user's file where an operation is called. */
export interface Expression extends Spot {
  /** The parameters of the function around it. */
  readonly params: readonly string[];
  /** What it is called with. */
  readonly args: readonly string[];
  /** What the call is assigned to, where it is all that is assigned: dz, hs, grads.dW */
  readonly target?: string;
  /** What the statement around it assigns to, though the call is a part of it alone. */
  readonly within?: string;
  /** Whether it is all that the function around it returns. */
  readonly isReturned?: boolean;
  /** What the function around it returns by name: db1 of `return { dW1, db1: tf.sum(dz, 0) }`. */
  readonly returns?: ReadonlyMap<string, Spot>;
  /** Where the line alone is known, and not where the call stands on it. */
  readonly isLine?: true;
  /** The names that can be used in it, where they are known. */
  readonly scope?: Scope;
}

/** Looks up the expression at a place. */
export type Lookup = (place: Place) => Expression | undefined;

/** Reads files by their paths; undefined where there is no such file. */
export type ReadSource = (file: string) => string | undefined;

/** Finds the calls in the files that somebody's code is in. A file is parsed once. */
export function lookupIn(read: ReadSource): Lookup {
  const files = new Map<string, ReadonlyMap<string, Expression>>();
  return ({ file, line, column }) => {
    const known = files.get(file);
    const calls = known ?? callsOf(read(file));
    if (!known) files.set(file, calls);
    return calls.get(`${line}:${column}`) ?? calls.get(`${line}`);
  };
}

/** Every call of a program by where V8 says that it stands: at the name of the method. */
function callsOf(source: string | undefined): ReadonlyMap<string, Expression> {
  const found = new Map<string, Expression>();
  if (source === undefined) return found;
  let program: Node;
  try {
    program = parse(source, { ecmaVersion: 'latest', sourceType: 'module', locations: true });
  } catch {
    return linesOf(source.split('\n')); // TypeScript, for one
  }
  const assigned = assignedIn(program);
  const see = (node: Any, above: readonly Any[]) => {
    if (node.type === 'CallExpression' || node.type === 'NewExpression') {
      const callee = node.callee as Any;
      const named = (callee.type === 'MemberExpression' ? callee.property : callee) as Any;
      const { start } = named.loc!;
      found.set(
        `${start.line}:${start.column + 1}`,
        expressionOf(node, above, source, () => scopeAt(node, above, assigned)),
      );
    }
    for (const child of childrenOf(node)) see(child, [node, ...above]);
  };
  see(program as Any, []);
  return found;
}

function expressionOf(
  node: Any,
  above: readonly Any[],
  source: string,
  scope: () => Scope,
): Expression {
  const text = ({ start, end }: Node) => source.slice(start, end);
  const around = above.find(({ type }) => /Function/.test(type));
  let known: Scope | undefined;
  return {
    ...spotOf(node, source),
    params: ((around?.params ?? []) as Any[]).map(text),
    args: ((node.arguments ?? []) as Any[]).map(text),
    ...targetOf(above, text),
    isReturned: above[0]?.type === 'ReturnStatement' || around?.body === node,
    returns: returnsOf(around, source),
    get scope() {
      known ??= scope();
      return known;
    },
  };
}

function spotOf({ start, end }: Node, source: string): Spot {
  const lineOf = (at: number) => source.slice(0, at).split('\n').length;
  const from = source.lastIndexOf('\n', start - 1) + 1;
  const to = source.indexOf('\n', end);
  return {
    line: lineOf(start),
    last: lineOf(end),
    before: source.slice(from, start).trimStart(),
    text: source.slice(start, end),
    after: source.slice(end, to < 0 ? undefined : to).trimEnd(),
  };
}

/** What a function's only `return { … }` holds by name. */
function returnsOf(fn: Any | undefined, source: string): ReadonlyMap<string, Spot> | undefined {
  const statements = ((fn?.body as Any | undefined)?.body ?? []) as Any[];
  const object = statements.find?.(({ type }) => type === 'ReturnStatement')?.argument as
    | Any
    | undefined;
  if (object?.type !== 'ObjectExpression') return undefined;
  const properties = (object.properties as Any[]).filter((one) => one.key && !one.computed);
  return new Map(
    properties.map((one) => {
      const name = String((one.key as Any).name);
      const spot = spotOf(one.value as Any, source);
      // { db } is written { db: … } where something else is put there.
      return [name, one.shorthand ? { ...spot, before: `${spot.before}${name}: ` } : spot];
    }),
  );
}

/** By lines alone: what the text before the equals sign says. */
function linesOf(lines: readonly string[]): ReadonlyMap<string, Expression> {
  return new Map(
    lines.map((line, i) => {
      const [, target] =
        /^\s*(?:const|let|var)?\s*([\w$.[\]]+)(?:\s*:[^=]+)?\s*[-+*/]?=[^=>]/.exec(line) ?? [];
      const spot = { line: i + 1, last: i + 1, before: '', text: line.trim(), after: '' };
      const within = target === undefined ? {} : { within: target };
      return [`${i + 1}`, { ...spot, isLine: true, args: [], params: [], ...within }];
    }),
  );
}
