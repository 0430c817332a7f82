/** Code on one line, and no longer than a sentence can bear. */
export const short = (text: string) => {
  const line = text.replace(/\s+/g, ' ');
  return line.length > 72 ? `${line.slice(0, 69)}...` : line;
};

/** In brackets, unless it is a name. */
export const bare = (text: string) => (/^[\w$.[\]()]+$/.test(text) ? text : `(${text})`);

export const brackets = (name: string) => (/[ /]/.test(name) ? `(${name})` : name);

/** Six digits of a number at most. */
export const number = (value: number) => String(Number(value.toPrecision(6)));

/** 1/7 of 0.142857, where it is such a number. */
export function fraction(value: number): string | undefined {
  const inverse = Number((1 / value).toPrecision(9));
  return Number.isInteger(inverse) && Math.abs(inverse) > 1 ? `1/${inverse}` : undefined;
}
