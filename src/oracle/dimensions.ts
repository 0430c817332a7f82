import { ValueError } from '../core/errors.js';

export type Shapes = Readonly<Record<string, readonly (string | number)[]>>;

/** Each dimension gets a prime of its own, so that a factor of 7 in a gradient can only be one of them. */
export const primes = [7, 5, 3, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59];

/** A side of a shape with the names of dimensions put in: a whole number from 1, or not. */
type Side = (sizes: Readonly<Record<string, number>>) => number;

/**
 * '4*H', 'D/2 + 1', '(T - 1) * H': names and whole numbers with + - * / and parentheses.
 *
 * expression = term { (+ | -) term }, term = factor { (* | /) factor }, factor = name | number | ( expression )
 *
 * @throws ValueError where it is none.
 */
export function parseSide(text: string): { readonly names: readonly string[]; readonly of: Side } {
  const tokens = text.match(/[A-Za-z_$\u00c0-\uffff][\w$\u00c0-\uffff]*|\d+|[-+*/()]|\S/g) ?? [];
  const names: string[] = [];
  let next = 0;
  const refuse = (): never => {
    throw new ValueError(
      `shapes: '${text}' is no dimension. Write a name, or names and whole numbers with + - * / and parentheses, such as '4*H'.`,
    );
  };
  const factor = (): Side => {
    const token = tokens[next++] ?? refuse();
    if (token === '(') {
      const inside = expression();
      return tokens[next++] === ')' ? inside : refuse();
    }
    if (/^\d/.test(token)) return () => Number(token);
    if (!/^[\w$\u00c0-\uffff]/.test(token)) refuse();
    names.push(token);
    return (sizes) => sizes[token];
  };
  const chain = (operand: () => Side, operators: Readonly<Record<string, Operator>>): Side => {
    let left = operand();
    while (Object.hasOwn(operators, tokens[next] ?? '')) {
      const [a, operator] = [left, operators[tokens[next++]]];
      const b = operand();
      left = (sizes) => operator(a(sizes), b(sizes));
    }
    return left;
  };
  const term = () => chain(factor, { '*': (a, b) => a * b, '/': (a, b) => a / b });
  const expression = (): Side => chain(term, { '+': (a, b) => a + b, '-': (a, b) => a - b });
  const of = expression();
  if (next < tokens.length) refuse();
  return { names, of };
}

type Operator = (a: number, b: number) => number;

/** The size of a side of a shape, where its dimensions have these sizes. */
export const sizeOfSide = (side: string | number, sizes: Readonly<Record<string, number>>) =>
  typeof side === 'number' ? side : parseSide(side).of(sizes);

const isSize = (side: number) => Number.isInteger(side) && side > 0;

/**
 * The named dimensions of a subject's shapes: { n_x: 7, m: 5, … }; with a shift each has another size.
 * Where an expression such as 'H/2' is not whole, its dimensions become a multiple of their primes.
 *
 * @throws ValueError
 */
export function dimensions(shapes: Shapes, shift = 0): Readonly<Record<string, number>> {
  assertShapes(shapes);
  const sides = Object.values(shapes).flat();
  const parsed = sides
    .filter((side): side is string => typeof side === 'string')
    .map((text) => ({ text, ...parseSide(text) }));
  const names = new Set(parsed.flatMap((side) => side.names));
  const free = primes.filter((prime) => !sides.includes(prime));
  if (names.size > free.length) {
    throw new ValueError(
      `shapes: ${names.size} named dimensions; ${free.length} at most are drawn.`,
    );
  }
  const sizes = Object.fromEntries(
    [...names].map((name, i) => [name, free[(i + shift) % free.length]]),
  );
  for (const { text, names, of } of parsed) {
    const before = names.map((name) => sizes[name]);
    for (let times = 2; !isSize(of(sizes)); times++) {
      if (times > 64) {
        throw new ValueError(
          `shapes: '${text}' is no whole number from 1 for any size that was tried. Mend the expression, or write numbers.`,
        );
      }
      names.forEach((name, i) => {
        sizes[name] = times * before[i];
      });
    }
  }
  return sizes;
}

function assertShapes(shapes: Shapes): void {
  for (const name of ['X', 'Y']) {
    if (!shapes[name]) {
      throw new ValueError(
        `shapes: ${name} is missing. Name its dimensions, such as ${name}: ['n_${name.toLowerCase()}', 'm'].`,
      );
    }
  }
  for (const [name, shape] of Object.entries(shapes)) {
    const isShape =
      Array.isArray(shape) && shape.every((side) => typeof side === 'string' || isSize(side));
    if (!isShape) {
      throw new ValueError(
        `shapes: ${name} is ${JSON.stringify(shape)}; list its sides, names or whole numbers from 1, such as ['n_h', 1].`,
      );
    }
  }
}
