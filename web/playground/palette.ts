/** The colours of the page, in the theme that the reader has. */
export interface Palette {
  readonly text: string;
  readonly quiet: string;
  readonly line: string;
  readonly back: string;
  readonly code: string;
  readonly forward: string;
  readonly series: readonly string[];
  /**
   * shades[class][i], packed as a canvas keeps a pixel: the paler, the less sure. i runs from 0 to
   * `levels` - 1.
   */
  readonly shades: readonly Uint32Array[];
}

/** How many shades a class has. */
export const levels = 64;

export function readPalette(): Palette {
  const style = getComputedStyle(document.documentElement);
  const colour = (name: string) => sixDigits(style.getPropertyValue(`--${name}`).trim());
  const series = Array.from({ length: 8 }, (_, i) => colour(`series-${i + 1}`));
  const back = colour('back');
  const shades = series.map((strong) =>
    Uint32Array.from({ length: levels }, (_, i) => mixed(back, strong, 0.1 + (0.42 * i) / levels)),
  );
  const names = ['text', 'quiet', 'line', 'code', 'forward'] as const;
  const own = Object.fromEntries(names.map((name) => [name, colour(name)]));
  return { ...(own as Record<(typeof names)[number], string>), back, series, shades };
}

/** Calls when the reader's theme changes. */
export function onTheme(changed: () => void): void {
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', changed);
}

/** #rgb as #rrggbb: what builds the page writes the shorter one where it can. */
const sixDigits = (colour: string): string =>
  colour.length === 4 ? colour.replace(/[^#]/g, '$&$&') : colour;

/** A share of the way from one #rrggbb to another, as a pixel of an ImageData. */
function mixed(from: string, to: string, share: number): number {
  const part = (colour: string, at: number) => Number.parseInt(colour.slice(at, at + 2), 16);
  const [r, g, b] = [1, 3, 5].map((at) => {
    const start = part(from, at);
    return Math.round(start + share * (part(to, at) - start));
  });
  return new Uint32Array(new Uint8Array([r, g, b, 255]).buffer)[0];
}
