import { type Node, parse } from 'acorn';
import type { Place } from './thrown.js';

/** What stands in the user's file where an operation is called. */
export interface Expression {
  readonly line: number;
  /** The call itself: tf.mul(dh, tf.sub(1, tf.square(h))) */
  readonly text: string;
  /** The parameters of the function around it. */
  readonly params: readonly string[];
  /** What it is called with. */
  readonly args: readonly string[];
  /** Where it begins and ends in the file. */
  readonly start: number;
  readonly end: number;
  /** What the call is assigned to, where it is all that is assigned: dz, hs, grads.dW */
  readonly target?: string;
  /** What the statement around it assigns to, though the call is a part of it alone. */
  readonly within?: string;
  /** The line, without the spaces around it. */
  readonly statement: string;
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

interface Any extends Node {
  readonly [key: string]: unknown;
}

/** Every call of a program by where V8 says that it stands: at the name of the method. */
function callsOf(source: string | undefined): ReadonlyMap<string, Expression> {
  const found = new Map<string, Expression>();
  if (source === undefined) return found;
  const lines = source.split('\n');
  let program: Node;
  try {
    program = parse(source, { ecmaVersion: 'latest', sourceType: 'module', locations: true });
  } catch {
    return linesOf(lines); // TypeScript, for one
  }
  const see = (node: Any, above: readonly Any[]) => {
    if (node.type === 'CallExpression' || node.type === 'NewExpression') {
      const callee = node.callee as Any;
      const { start } = ((callee.type === 'MemberExpression' ? callee.property : callee) as Any)
        .loc!;
      found.set(`${start.line}:${start.column + 1}`, {
        line: node.loc!.start.line,
        text: source.slice(node.start, node.end),
        params: paramsOf(above, source),
        args: ((node.arguments ?? []) as Any[]).map(({ start, end }) => source.slice(start, end)),
        start: node.start,
        end: node.end,
        ...targetOf(node, above, source),
        statement: lines[node.loc!.start.line - 1].trim(),
      });
    }
    for (const child of childrenOf(node)) see(child, [node, ...above]);
  };
  see(program as Any, []);
  return found;
}

const childrenOf = (node: Any): Any[] =>
  Object.values(node)
    .flat()
    .filter((value): value is Any => typeof (value as Any)?.type === 'string');

/** The names of the parameters of the innermost function. */
function paramsOf(above: readonly Any[], source: string): readonly string[] {
  const around = above.find(({ type }) => /Function/.test(type));
  return ((around?.params ?? []) as Any[]).map(({ start, end }) => source.slice(start, end));
}

/** What a call is assigned to, by itself or within a larger expression. */
function targetOf(call: Node, above: readonly Any[], source: string) {
  let whole = true;
  let below: Node = call;
  const text = (node: unknown) => source.slice((node as Node).start, (node as Node).end);
  for (const node of above) {
    const named = (name: string) => (whole ? { target: name } : { within: name });
    if (node.type === 'VariableDeclarator' && (node.id as Any).type === 'Identifier')
      return named(text(node.id));
    if (node.type === 'AssignmentExpression') return named(text(node.left));
    if (node.type === 'Property' && !node.computed) return named(text(node.key));
    if (node.type === 'CallExpression' && isPush(node))
      return named(text((node.callee as Any).object));
    if (/Function|Statement|Program/.test(node.type) && node.type !== 'ReturnStatement') return {};
    // What stands around it, such as brackets, leaves it whole; another call does not.
    if (node.type !== 'ParenthesizedExpression' && node.type !== 'ReturnStatement') whole = false;
    below = node;
  }
  void below;
  return {};
}

const isPush = (node: Any) => {
  const callee = node.callee as Any;
  return (
    callee.type === 'MemberExpression' &&
    /^(push|unshift)$/.test(String((callee.property as Any).name))
  );
};

/** By lines alone: what the text before the equals sign says. */
function linesOf(lines: readonly string[]): ReadonlyMap<string, Expression> {
  return new Map(
    lines.map((text, i) => {
      const [, target] =
        /^\s*(?:const|let|var)?\s*([\w$.[\]]+)(?:\s*:[^=]+)?\s*[-+*/]?=[^=>]/.exec(text) ?? [];
      const statement = text.trim();
      const within = target === undefined ? {} : { within: target };
      return [
        `${i + 1}`,
        {
          line: i + 1,
          text: statement,
          args: [],
          params: [],
          start: 0,
          end: 0,
          statement,
          ...within,
        },
      ];
    }),
  );
}
