const units = 'KMGT';

/** The bytes of a size such as 500MB or 4GiB; undefined if it is none. */
export function bytesIn(text: string): number | undefined {
  const [, number, unit = '', binary] =
    /^\s*(\d+(?:\.\d+)?)\s*([KMGT])?(i)?B?\s*$/i.exec(text) ?? [];
  if (number === undefined || (binary && !unit)) return undefined;
  const power = unit ? units.indexOf(unit.toUpperCase()) + 1 : 0;
  return Number(number) * (binary ? 1024 : 1000) ** power;
}

/** 257 kB, 67 MB, 5.3 GB. */
export function inBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} bytes`;
  const power = Math.min(6, Math.floor(Math.log10(bytes) / 3));
  const value = bytes / 1000 ** power;
  return `${value < 10 ? Math.ceil(value * 10) / 10 : Math.ceil(value)} ${['', 'k', 'M', 'G', 'T', 'P', 'E'][power]}B`;
}
