import { ValueError } from '../core/errors.js';
import type { ChartOptions } from './charts.js';
import type { Figure } from './figure.js';
import { type Html, html } from './html.js';
import { layered, type Place } from './layers.js';
import { fontSize, letter, svgOf } from './vega.js';

export interface GraphNode {
  readonly id: string;
  /** A line of text, or several: W1, and its shape below it. */
  readonly label: string;
  /** Data and parameters have corners, operations are round, the cost has a heavy frame. */
  readonly kind: 'data' | 'parameter' | 'operation' | 'cost';
}

export interface GraphEdge {
  readonly from: string;
  readonly to: string;
  /** What flows: values to the right, gradients to the left. */
  readonly kind: 'forward' | 'backward';
  readonly label?: string;
}

const lineHeight = 19;
const rowHeight = 70; // from node to node in a layer
const gap = 64; // between layers, for the edges and their labels
const margin = 10;
const apart = 6; // of the forward and the backward edge of two nodes
const head = 7; // of an arrow

/**
 * A computation graph from left to right: forward edges blue, backward edges red and dashed. A
 * backward edge goes the way of the forward edge between its nodes, the other way round.
 *
 * @throws ValueError where two nodes have one id, an edge ends nowhere, forward edges go round in a
 *   circle, or a backward edge has no forward edge.
 */
export function graph(
  options: ChartOptions & {
    readonly nodes: readonly GraphNode[];
    readonly edges: readonly GraphEdge[];
  },
): Figure {
  const { title, alt, nodes, edges } = options;
  check(nodes, edges);
  const forward = edges.filter(({ kind }) => kind === 'forward');
  const ids = nodes.map(({ id }) => id);
  const { places, layers, routes } = layered(ids, forward);
  const sizes = new Map(nodes.map((node) => [node.id, sizeOf(node.label)]));
  const widths = layers.map((layer) => Math.max(...layer.map(({ id }) => sizes.get(id)?.w ?? 0)));
  const lowest = Math.max(...layers.flat().map(({ row }) => row));
  const xs = widths.map((_, i) => margin + widths.slice(0, i).reduce((sum, w) => sum + w + gap, 0));
  const middle = ({ layer, row }: Place): Point => ({
    x: xs[layer] + widths[layer] / 2,
    y: margin + rowHeight * (row + 0.5),
  });
  const w = xs[xs.length - 1] + widths[widths.length - 1] + margin;
  const h = 2 * margin + rowHeight * (lowest + 1);

  const ways = edges.map((edge): Way => {
    const back = edge.kind === 'backward';
    const [from, to] = back ? [edge.to, edge.from] : [edge.from, edge.to];
    const route = routes[forward.findIndex((one) => one.from === from && one.to === to)];
    const twin = edges.some((other) => other.from === edge.to && other.to === edge.from);
    const shift = twin ? (back ? apart : -apart) : 0;
    return route.map((place) => {
      const { x, y } = middle(place);
      const half = (sizes.get(place.id)?.w ?? widths[place.layer]) / 2;
      return [
        { x: x - half, y: y + shift },
        { x: x + half, y: y + shift },
      ];
    });
  });
  const drawn = [
    ...edges.map((edge, i) => drawEdge(edge, ways[i])),
    ...edges.map((edge, i) => drawLabel(edge, ways[i])),
  ];
  const drawnNodes = nodes.map((node) =>
    drawNode(node, middle(places.get(node.id)!), sizes.get(node.id)!),
  );
  // Three quarters of its size, a text of 15 is one of 11; what does not fit is scrolled.
  const style = `min-width:${Math.ceil(0.75 * w)}px;max-width:${Math.ceil(w)}px`;
  const content = html`<g font-size="${fontSize}" text-anchor="middle">${drawn}${drawnNodes}</g>`;
  return { title, alt, svg: svgOf(alt, [w, h], content, style) };
}

interface Point {
  readonly x: number;
  readonly y: number;
}

interface Size {
  readonly w: number;
  readonly h: number;
}

/** The box about a label, by the mean width of a letter. */
function sizeOf(label: string): Size {
  const lines = label.split('\n');
  const longest = Math.max(...lines.map((line) => line.length));
  return { w: Math.max(44, 24 + letter * fontSize * longest), h: 16 + lineHeight * lines.length };
}

function drawNode({ label, kind }: GraphNode, { x, y }: Point, { w, h }: Size): Html {
  const lines = label.split('\n');
  const first = y - ((lines.length - 1) / 2) * lineHeight + 0.35 * fontSize;
  const text = lines.map(
    (line, i) =>
      html`<text x="${r(x)}" y="${r(first + i * lineHeight)}" fill="var(--${i === 0 ? 'text' : 'quiet'})">${line}</text>`,
  );
  const { fill, stroke, strokeWidth } = looks[kind];
  const round = kind === 'operation' ? h / 2 : 5;
  return html`<g><rect x="${r(x - w / 2)}" y="${r(y - h / 2)}" width="${r(w)}" height="${r(h)}" rx="${round}" fill="${fill}" stroke="${stroke}" stroke-width="${strokeWidth}"/>${text}</g>`;
}

const looks = {
  data: { fill: 'var(--region-3)', stroke: 'var(--series-3)', strokeWidth: 1.5 },
  parameter: { fill: 'var(--region-5)', stroke: 'var(--series-5)', strokeWidth: 1.5 },
  operation: { fill: 'var(--card)', stroke: 'var(--quiet)', strokeWidth: 1.5 },
  cost: { fill: 'var(--card)', stroke: 'var(--text)', strokeWidth: 3 },
} as const;

/**
 * A curve along the way, given by the two sides of each place; level where it meets a node. Of two
 * edges between the same nodes the forward one stays above and the backward one below.
 */
function drawEdge({ kind }: GraphEdge, way: Way): Html {
  const back = kind === 'backward';
  const tip = back ? way[0][1] : way[way.length - 1][0];
  const last = way.length - 2;
  const d = gapsOf(way).map(([a, b], i) => {
    const from = { x: back && i === 0 ? a.x + head : a.x, y: a.y };
    const to = { x: !back && i === last ? b.x - head : b.x, y: b.y };
    const turn = r(turnOf(kind, a, b));
    return `${i === 0 ? 'M' : 'L'}${r(from.x)},${r(from.y)}C${turn},${r(from.y)} ${turn},${r(to.y)} ${r(to.x)},${r(to.y)}`;
  });
  const arrow = `M${r(tip.x)},${r(tip.y)}l${back ? head : -head},-4.5v9z`;
  const dashes = back && html` stroke-dasharray="5 3"`;
  return html`<g class="${kind}"><path d="${d.join('')}" fill="none" stroke="var(--${kind})" stroke-width="2"${dashes}/><path d="${arrow}" fill="var(--${kind})"/></g>`;
}

/** The label beside the edge, in the gap before the node that a gradient or a value comes to. */
function drawLabel({ kind, label }: GraphEdge, way: Way): Html | undefined {
  if (label === undefined) return undefined;
  const back = kind === 'backward';
  const gaps = gapsOf(way);
  const [a, b] = gaps[back ? 0 : gaps.length - 1];
  const slope = Math.abs(b.y - a.y) < lineHeight ? 0 : Math.sign(b.y - a.y);
  const side = back ? -slope : slope;
  const x = slope === 0 ? a.x + 0.4 * (b.x - a.x) : turnOf(kind, a, b) + 5 * side;
  const y = (a.y + b.y) / 2 + (slope === 0 ? (back ? 17 : -7) : 5);
  const anchor = side !== 0 && html` text-anchor="${side > 0 ? 'start' : 'end'}"`;
  return html`<text x="${r(x)}" y="${r(y)}" fill="var(--${kind})" stroke="var(--back)" stroke-width="4" paint-order="stroke"${anchor}>${label}</text>`;
}

/** The two sides of each place that an edge goes through. */
type Way = readonly (readonly [left: Point, right: Point])[];

/** From the right side of each place to the left side of the next. */
const gapsOf = (way: Way): [Point, Point][] =>
  way.slice(1).map(([left], i): [Point, Point] => [way[i][1], left]);

/** Where a curve between a and b is steepest: twins turn beside each other. */
function turnOf(kind: GraphEdge['kind'], a: Point, b: Point): number {
  const side = kind === 'forward' ? 1 : -1;
  return (a.x + b.x) / 2 + side * apart * Math.sign(b.y - a.y);
}

/** Tenths of a pixel. */
const r = (value: number): number => Math.round(value * 10) / 10;

function check(nodes: readonly GraphNode[], edges: readonly GraphEdge[]): void {
  if (nodes.length === 0) throw new ValueError('graph: there are no nodes; give at least one.');
  const ids = new Set<string>();
  for (const { id } of nodes) {
    if (ids.has(id)) throw new ValueError(`graph: two nodes have the id ${id}.`);
    ids.add(id);
  }
  for (const { from, to, kind } of edges) {
    const lost = [from, to].find((id) => !ids.has(id));
    if (lost !== undefined) {
      throw new ValueError(`graph: the edge ${from} → ${to} ends at ${lost}, which is no node.`);
    }
    const forward = (one: GraphEdge) =>
      one.kind === 'forward' && one.from === to && one.to === from;
    if (kind === 'backward' && !edges.some(forward)) {
      throw new ValueError(
        `graph: the backward edge ${from} → ${to} has no forward edge beside it.`,
      );
    }
  }
}
