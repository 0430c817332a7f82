/*
 * The header of an .npy file, a Python dict: {'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }.
 * Read from left to right, once, so that no header takes longer than its length.
 */

export interface ParsedHeader {
  readonly descr: string;
  readonly fortran: boolean;
  readonly shape: readonly number[];
}

/** Undefined if it is not one that numpy writes. */
export function parseHeader(text: string): ParsedHeader | undefined {
  const read = new Reader(text.trim());
  if (!read.skip('{')) return undefined;
  const found: { descr?: string; fortran?: boolean; shape?: readonly number[] } = {};
  while (!read.skip('}')) {
    const key = read.quoted();
    if (key === undefined || !read.skip(':')) return undefined;
    if (key === 'descr') found.descr = read.quoted() ?? read.bracketed();
    else if (key === 'fortran_order') found.fortran = read.flag();
    else if (key === 'shape') found.shape = read.sides();
    else return undefined;
    if (!read.skip(',') && !read.isAt('}')) return undefined;
  }
  const { descr, fortran, shape } = found;
  if (descr === undefined || fortran === undefined || shape === undefined) return undefined;
  return { descr, fortran, shape };
}

class Reader {
  private at = 0;

  constructor(private readonly text: string) {}

  /** Goes over a character and the blanks before it, if it stands there. */
  skip(character: string): boolean {
    if (!this.isAt(character)) return false;
    this.at++;
    return true;
  }

  isAt(character: string): boolean {
    while (/\s/.test(this.text[this.at] ?? '')) this.at++;
    return this.text[this.at] === character;
  }

  quoted(): string | undefined {
    const [mark] = [`'`, `"`].filter((one) => this.skip(one));
    if (!mark) return undefined;
    return this.upTo(mark);
  }

  /** A structured type, [('x', '<f4'), …], which stands in messages alone. */
  bracketed(): string | undefined {
    if (!this.isAt('[')) return undefined;
    const end = this.text.lastIndexOf(']');
    if (end < this.at) return undefined;
    const text = this.text.slice(this.at, end + 1);
    this.at = end + 1;
    return text.replaceAll("'", '');
  }

  flag(): boolean | undefined {
    for (const [word, value] of [
      ['True', true],
      ['False', false],
    ] as const) {
      if (!this.isAt(word[0]) || !this.text.startsWith(word, this.at)) continue;
      this.at += word.length;
      return value;
    }
    return undefined;
  }

  /** (3, 4), (3,), (); numpy of Python 2 wrote (3L, 4L). */
  sides(): number[] | undefined {
    if (!this.skip('(')) return undefined;
    const inside = this.upTo(')');
    if (inside === undefined) return undefined;
    const sides = inside.split(',').map((side) => side.trim());
    if (sides.at(-1) === '') sides.pop();
    return sides.every((side) => /^\d+L?$/.test(side))
      ? sides.map((side) => Number.parseInt(side, 10))
      : undefined;
  }

  private upTo(mark: string): string | undefined {
    const end = this.text.indexOf(mark, this.at);
    if (end < 0) return undefined;
    const text = this.text.slice(this.at, end);
    this.at = end + 1;
    return text;
  }
}
