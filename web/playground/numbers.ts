/** A number in few characters, of about three digits: 12.34, −0.052, 3.1e−5. */
export function short(value: number): string {
  const size = Math.abs(value);
  if (Number.isNaN(value)) return 'NaN';
  if (size === Number.POSITIVE_INFINITY) return value > 0 ? '∞' : '−∞';
  if (value === 0) return '0';
  const text =
    size < 0.001 || size >= 100_000
      ? value.toExponential(1)
      : value.toFixed(size < 0.01 ? 4 : size < 1 ? 3 : size < 100 ? 2 : 0);
  return withMinus(text);
}

/** A round number of an axis. */
export const tick = (value: number): string => withMinus(String(value));

const withMinus = (text: string): string => text.replaceAll('-', '−').replace('e+', 'e');
