import type { Node } from 'acorn';

/** A name that can be used at a place. */
export interface Binding {
  /** Where it is declared. */
  readonly at: number;
  /** Whether it always holds what it was given there. */
  readonly constant: boolean;
  /** What it holds, where it comes from what backward is handed: params.W1, X, cache.hs */
  readonly is?: string;
}

/** The names at a place. Where a language has none of it they are not known. */
export type Scope = ReadonlyMap<string, Binding>;

/** A node of acorn's, whatever its type. */
export interface Any extends Node {
  readonly [key: string]: unknown;
}

/** What backward(tf, params, X, Y, cache) is handed, whatever it calls it. */
const handed = ['tf', 'params', 'X', 'Y', 'cache'];

/** The names that can be used at a node: those of the functions and blocks around it, as far as they are declared before it. */
export function scopeAt(node: Node, above: readonly Any[], assigned: ReadonlySet<string>): Scope {
  const scope = new Map<string, Binding>();
  const bind = (pattern: Any | null | undefined, is: string | undefined, fixed: boolean): void => {
    if (!pattern) return;
    if (pattern.type === 'Identifier') {
      const name = String(pattern.name);
      const constant = fixed || !assigned.has(name);
      scope.set(name, { at: pattern.start, constant, ...(is && { is }) });
    } else if (pattern.type === 'ObjectPattern') {
      for (const { key, value } of pattern.properties as Any[])
        if (key) bind(value as Any, is && `${is}.${String((key as Any).name)}`, fixed);
    } else if (pattern.type === 'ArrayPattern') {
      (pattern.elements as (Any | null)[]).forEach((one, k) => {
        bind(one, is && `${is}[${k}]`, fixed);
      });
    } else if (pattern.type === 'AssignmentPattern') bind(pattern.left as Any, undefined, fixed);
  };
  const declare = (one: Any) => {
    if (one.type === 'VariableDeclaration' && one.start < node.start) {
      for (const { id, init, end } of one.declarations as Any[])
        if (end <= node.start) bind(id as Any, resolved(init as Any, scope), one.kind === 'const');
    } else if (one.type === 'ExportNamedDeclaration' && one.declaration) {
      declare(one.declaration as Any);
    } else if (one.type === 'FunctionDeclaration') {
      bind(one.id as Any, undefined, true);
    } else if (one.type === 'ImportDeclaration') {
      for (const { local } of one.specifiers as Any[]) bind(local as Any, undefined, true);
    }
  };
  [...above].reverse().forEach((around, i, all) => {
    if (/Function/.test(around.type)) {
      const isBackward = nameOf(around, all.slice(0, i).reverse()) === 'backward';
      (around.params as Any[]).forEach((param, k) => {
        bind(param, isBackward ? handed[k] : undefined, false);
      });
    }
    const { body, init } = around;
    if (Array.isArray(body)) for (const one of body as Any[]) declare(one);
    if (around.type === 'ForStatement' && init) declare(init as Any);
    if (around.type === 'ForOfStatement')
      for (const { id } of ((around.left as Any).declarations ?? []) as Any[])
        bind(id as Any, undefined, false);
  });
  return scope;
}

/** cache.h of `const { h } = cache`, by what is known of the names. */
function resolved(init: Any | null, scope: Scope): string | undefined {
  if (init?.type === 'Identifier') return scope.get(String(init.name))?.is;
  if (init?.type !== 'MemberExpression') return undefined;
  const of = resolved(init.object as Any, scope);
  const property = init.property as Any;
  if (!init.computed) return of && `${of}.${String(property.name)}`;
  return property.type === 'Literal' ? of && `${of}[${String(property.value)}]` : undefined;
}

/** What a function is called, by itself or by what holds it. */
function nameOf(fn: Any, above: readonly Any[]): string | undefined {
  const [parent] = above;
  const id = (fn.id ??
    (parent?.type === 'VariableDeclarator' ? parent.id : undefined) ??
    (/^(Property|MethodDefinition)$/.test(parent?.type ?? '') ? parent.key : undefined)) as
    | Any
    | undefined;
  return id && String(id.name);
}

/** The names that a program gives another value somewhere. */
export function assignedIn(program: Node): Set<string> {
  const names = new Set<string>();
  const see = (node: Any) => {
    const target = (
      node.type === 'AssignmentExpression'
        ? node.left
        : node.type === 'UpdateExpression'
          ? node.argument
          : undefined
    ) as Any | undefined;
    for (const one of target?.type === 'ArrayPattern' ? (target.elements as Any[]) : [target])
      if (one?.type === 'Identifier') names.add(String(one.name));
    for (const child of childrenOf(node)) see(child);
  };
  see(program as Any);
  return names;
}

export const childrenOf = (node: Any): Any[] =>
  Object.values(node)
    .flat()
    .filter((value): value is Any => typeof (value as Any)?.type === 'string');

/** The names that an expression needs, in JavaScript and in Python. */
export function namesIn(code: string): ReadonlySet<string> {
  const bare = code.replace(/'[^']*'|"[^"]*"/g, "''");
  return new Set(
    [...bare.matchAll(/(?<![\w$.]|\d)[A-Za-z_$][\w$]*(?!\s*:)/g)].map(([name]) => name),
  );
}
