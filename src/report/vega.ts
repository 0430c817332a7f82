import type { Config, Spec, TopLevelSpec } from '../vendor/vega.js';
import type { Figure } from './figure.js';
import { adopted, type Html, html } from './html.js';

/*
 * Vega-Lite on the server's side: a specification becomes SVG, without a canvas and without a
 * browser. Vega takes a third of a second to load, so it is loaded when the first chart is drawn.
 */

/** Pixels of the drawing. On a phone the page shows three quarters of them: 15 become 11. */
export const width = 480;
export const fontSize = 15;

const axis = {
  domainColor: 'var(--quiet)',
  gridColor: 'var(--line)',
  tickColor: 'var(--quiet)',
  labelColor: 'var(--quiet)',
  labelFontSize: fontSize,
  labelFlush: false,
  labelOverlap: 'greedy',
  labelLimit: 220,
  tickCount: 6,
  titleColor: 'var(--text)',
  titleFontSize: fontSize,
  titleFontWeight: 'normal',
  titlePadding: 8,
} as const;

const config: Config = {
  aria: false,
  background: 'transparent',
  view: { stroke: 'transparent' },
  axis,
  legend: {
    orient: 'top',
    title: null,
    labelColor: 'var(--text)',
    labelFontSize: fontSize,
    labelLimit: width,
    symbolSize: 130,
    symbolStrokeWidth: 2.5,
    columnPadding: 16,
    rowPadding: 6,
    offset: 10,
    titleColor: 'var(--text)',
    titleFontSize: fontSize,
    titleFontWeight: 'normal',
  },
};

export interface Drawing {
  readonly title: string;
  readonly alt: string;
  readonly spec: TopLevelSpec;
  /** What lies under the marks, in Vega's own terms: Vega-Lite has no filled contours. */
  readonly under?: Pick<Spec, 'marks' | 'scales' | 'legends'>;
}

/**
 * Without a canvas Vega takes every letter for 0.8 of the font's size; 0.56 is nearer, and the same
 * whether or not somebody has a canvas installed.
 */
async function load() {
  const vega = await import('../vendor/vega.js');
  vega.textMetrics.width = ({ fontSize = 11 }, text) =>
    letter * fontSize * String(text ?? '').length;
  return vega;
}

/** The mean width of a letter, as a share of the font's size. */
export const letter = 0.56;

/** The drawing as SVG, `width` pixels wide where its own specification does not say otherwise. */
export async function draw({ title, alt, spec, under = {} }: Drawing): Promise<Figure> {
  const vega = await load();
  const compiled = vega.compile(
    {
      width,
      height: 320,
      autosize: { type: 'fit', contains: 'padding' },
      padding: { left: 4, right: 10, top: 4, bottom: 4 },
      ...spec,
    },
    { config },
  ).spec;
  const whole: Spec = {
    ...compiled,
    marks: [...(under.marks ?? []), ...(compiled.marks ?? [])],
    scales: [...(compiled.scales ?? []), ...(under.scales ?? [])],
    legends: [...(compiled.legends ?? []), ...(under.legends ?? [])],
  };
  const view = new vega.View(vega.parse(whole), { renderer: 'none' });
  try {
    return { title, alt, svg: plain(await view.toSVG(), alt) };
  } finally {
    view.finalize();
  }
}

/** A figure's SVG about its content: as wide as its place, up to its own width. */
export const svgOf = (
  alt: string,
  [w, h]: readonly [number, number],
  content: Html,
  style?: string,
): Html =>
  html`<svg xmlns="http://www.w3.org/2000/svg" class="chart" role="img" aria-label="${alt}" viewBox="0 0 ${w} ${h}" font-family="system-ui, sans-serif"${style !== undefined && html` style="${style}"`}>${content}</svg>`;

/** Vega's SVG without what does not show, with two decimals, and with ids of its own. */
function plain(svg: string, alt: string): Html {
  const [opening, w, h] = svg.match(/^<svg[^>]*viewBox="0 0 ([\d.]+) ([\d.]+)"[^>]*>/)!;
  const ids = new Map<string, string>();
  const ownId = (id: string) => ids.get(id) ?? ids.set(id, `part-${ids.size + 1}`).get(id);
  const content = svg
    .slice(opening.length, svg.lastIndexOf('</svg>'))
    .replace(unseen, '')
    .replace(/<[^>]*>/g, (tag) =>
      tag
        .replace(superfluous, '')
        .replace(/-?\d+\.\d{3,}(e-\d+)?/g, (n) => String(Math.round(Number(n) * 100) / 100))
        .replace(/\b(id="|url\(#)(\w+)/g, (_, before, id) => before + ownId(id)),
    );
  return svgOf(alt, [Number(w), Number(h)], adopted('Vega', content, drawing));
}

/** What is left of Vega's SVG. */
const drawing = {
  elements: 'g path rect line circle text tspan defs clipPath linearGradient stop',
  attributes:
    'id transform d x y x1 x2 y1 y2 width height cx cy r rx fill fill-opacity stroke stroke-width stroke-opacity stroke-dasharray stroke-dashoffset stroke-linecap stroke-linejoin stroke-miterlimit opacity text-anchor font-size font-weight font-style clip-path offset stop-color gradientUnits vector-effect font-variant dx dy points',
};

const unseen =
  /<path class="background"[^>]*\/>|<(text|path|line|rect)\b[^>]* (opacity="0"|display="none"|fill="transparent")[^>]*?(\/>|>[^<]*<\/text>)/g;
const superfluous = / (role|class|aria-[a-z]+|pointer-events|font-family)="[^"]*"| opacity="1"/g;
