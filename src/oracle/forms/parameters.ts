import { type Node, parse } from 'acorn';
import type { AnyFunction } from './form.js';

/** A parameter of somebody's function, as it is written. */
export interface Parameter {
  /** Undefined where it is taken apart: { x, w } or [x, w]. */
  readonly name?: string;
  /** What it is taken apart into. */
  readonly parts?: readonly Part[];
  readonly isList?: boolean;
  /** It has a default. */
  readonly optional: boolean;
}

interface Part {
  readonly name: string;
  readonly optional: boolean;
}

interface Any extends Node {
  readonly [key: string]: unknown;
}

/**
 * The parameters of a function, a method or a class's constructor; undefined where its text does not
 * say them: of a bound function, or one that takes whatever it is given.
 */
export function parametersOf(callee: AnyFunction): readonly Parameter[] | undefined {
  const own = functionIn(String(callee));
  if (own === inherited) return parametersOf(Object.getPrototypeOf(callee));
  const parameters = own && (own.params as Any[]).map(parameterOf);
  return parameters?.every((parameter) => parameter !== undefined) ? parameters : undefined;
}

/** The constructor of the class above. */
const inherited = { type: 'inherited' } as unknown as Any;

/** The text may be that of a function, of a method, or of a class. */
function functionIn(text: string): Any | undefined {
  for (const source of [`(${text})`, `({${text}})`, `(class {${text}})`]) {
    try {
      const [statement] = parse(source, { ecmaVersion: 'latest' }).body as unknown as Any[];
      return inside(statement.expression as Any);
    } catch {
      // another kind of text
    }
  }
  return undefined;
}

function inside(node: Any): Any | undefined {
  if (node.type === 'ObjectExpression') return (node.properties as Any[])[0]?.value as Any;
  if (node.type !== 'ClassExpression') return node;
  const methods = (node.body as Any).body as Any[];
  const isOnly = methods.length === 1 && !node.id;
  const method = methods.find(({ kind }) => isOnly || kind === 'constructor');
  if (method) return method.value as Any;
  return node.superClass ? inherited : ({ params: [] } as unknown as Any);
}

function parameterOf(node: Any): Parameter | undefined {
  if (node.type === 'AssignmentPattern') {
    const inner = parameterOf(node.left as Any);
    return inner && { ...inner, optional: true };
  }
  if (node.type === 'Identifier') return { name: node.name as string, optional: false };
  if (node.type === 'ArrayPattern') {
    const parts = (node.elements as (Any | null)[]).map((part, i) =>
      part ? partOf(part, `[${i}]`) : { name: `[${i}]`, optional: true },
    );
    return { parts, isList: true, optional: false };
  }
  if (node.type !== 'ObjectPattern') return undefined;
  const properties = node.properties as Any[];
  if (properties.some(({ type, computed }) => type !== 'Property' || computed)) return undefined;
  const parts = properties.map(({ key, value }) =>
    partOf(value as Any, String((key as Any).name ?? (key as Any).value)),
  );
  return { parts, optional: false };
}

const partOf = (value: Any, key: string): Part => ({
  name: key.startsWith('[') && value.type === 'Identifier' ? (value.name as string) : key,
  optional: value.type === 'AssignmentPattern',
});
