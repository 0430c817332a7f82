import { describe, expect, test } from '@jest/globals';
import { ValueError } from '../../src/core/errors.js';
import { type GraphEdge, type GraphNode, graph } from '../../src/report/graph.js';
import { faults, parse } from './markup.js';

const about = { title: 'Graph', alt: 'From X to J and back' };

/** Two layers: X, W, b → matMul → add → tanh → … → J. The residue goes from X past all of them. */
const nodes: GraphNode[] = [];
const edges: GraphEdge[] = [];
const add = (id: string, kind: GraphNode['kind'], label = id) => nodes.push({ id, kind, label });
const both = (from: string, to: string, label?: string) =>
  edges.push({ from, to, kind: 'forward' }, { from: to, to: from, kind: 'backward', label });
add('X', 'data', 'X\n(2, 400)');
for (const l of [1, 2]) {
  add(`W${l}`, 'parameter', `W${l}\n(${l}, ${l})`);
  add(`b${l}`, 'parameter');
  add(`product${l}`, 'operation', 'matMul');
  add(`Z${l}`, 'operation', '+');
  both(`W${l}`, `product${l}`, `dW${l}`);
  both(l === 1 ? 'X' : 'Z1', `product${l}`);
  both(`product${l}`, `Z${l}`);
  both(`b${l}`, `Z${l}`, `db${l}`);
}
add('J', 'cost', 'J < 1');
both('Z2', 'J');
edges.push({ from: 'X', to: 'J', kind: 'forward', label: 'past "all"' });

const { svg } = graph({ ...about, nodes, edges });
const elements = parse(svg);
const boxes = elements
  .filter(({ name }) => name === 'rect')
  .map(({ attributes }, i) => {
    const [x, y, width, height] = ['x', 'y', 'width', 'height'].map((key) =>
      Number(attributes[key]),
    );
    return { id: nodes[i].id, left: x, right: x + width, top: y, bottom: y + height };
  });
const box = (id: string) => boxes.find((one) => one.id === id)!;
const groups = elements.filter(({ attributes }) => /^(for|back)ward$/.test(attributes.class ?? ''));
const pathsOf = (group: (typeof groups)[0]) =>
  elements.filter(({ parent, name }) => parent === group && name === 'path');

test('every node is a box with its text, every edge a line with a head', () => {
  expect(faults(svg)).toEqual([]);
  expect(elements[0].attributes).toMatchObject({ role: 'img', 'aria-label': about.alt });
  expect(boxes.map(({ id }) => id)).toEqual(nodes.map(({ id }) => id));
  expect(groups.map(({ attributes }) => attributes.class)).toEqual(edges.map(({ kind }) => kind));
  for (const group of groups) expect(pathsOf(group)).toHaveLength(2);
  const texts = elements.filter(({ name }) => name === 'text').map(({ text }) => text);
  expect(texts).toEqual(expect.arrayContaining(['(2, 400)', 'dW1', 'db2', 'J < 1', 'past "all"']));
});

test('boxes do not overlap, and are inside of the drawing', () => {
  const [, , w, h] = elements[0].attributes.viewBox.split(' ').map(Number);
  for (const a of boxes) {
    expect(a.left >= 0 && a.top >= 0 && a.right <= w && a.bottom <= h).toBe(true);
    for (const b of boxes) {
      if (a === b) continue;
      expect(a.right < b.left || b.right < a.left || a.bottom < b.top || b.bottom < a.top).toBe(
        true,
      );
    }
  }
});

test('forward goes from left to right in blue, backward from right to left in red', () => {
  edges.forEach(({ from, to, kind }, i) => {
    const [line, arrow] = pathsOf(groups[i]);
    expect(line.attributes.stroke).toBe(`var(--${kind})`);
    const [tipX, tipY, wide] = arrow.attributes.d.match(/-?[\d.]+/g)!.map(Number);
    const [source, target] = [box(from), box(to)];
    // The head points to the target, from the side that the source is on.
    const forward = kind === 'forward';
    expect(source.left < target.left).toBe(forward);
    expect(wide < 0).toBe(forward);
    expect(tipX).toBeCloseTo(forward ? target.left : target.right, 0);
    expect(tipY > target.top && tipY < target.bottom).toBe(true);
  });
});

test('what is computed stands in a line; an edge past it touches no box', () => {
  const middle = (id: string) => (box(id).top + box(id).bottom) / 2;
  const [first, ...rest] = ['product1', 'Z1', 'product2', 'Z2'].map(middle);
  for (const y of rest) expect(Math.abs(y - first)).toBeLessThan(3);
  const [line] = pathsOf(groups[groups.length - 1]);
  const numbers = line.attributes.d.match(/-?[\d.]+/g)!.map(Number);
  const ends = Array.from({ length: numbers.length / 2 }, (_, i) =>
    numbers.slice(2 * i, 2 * i + 2),
  );
  for (const [x, y] of ends.slice(1, -1)) {
    const inside = boxes.filter((b) => x > b.left && x < b.right && y > b.top && y < b.bottom);
    expect(inside.map(({ id }) => id)).toEqual([]);
  }
});

test('a drawing that is too wide for a phone is scrolled, its text not smaller than 11 pixels', () => {
  const [, , w] = elements[0].attributes.viewBox.split(' ').map(Number);
  const least = Number(elements[0].attributes.style.match(/min-width:(\d+)px/)![1]);
  expect((Number(elements[1].attributes['font-size']) * least) / w).toBeGreaterThanOrEqual(11);
});

describe('refuses', () => {
  const [a, b]: GraphNode[] = ['a', 'b'].map((id) => ({ id, label: id, kind: 'operation' }));
  const forward = { from: 'a', to: 'b', kind: 'forward' } as const;
  test.each<[string, GraphNode[], GraphEdge[]]>([
    ['there are no nodes', [], []],
    ['two nodes have the id a', [a, a], []],
    ['the edge a → c ends at c, which is no node', [a, b], [{ ...forward, to: 'c' }]],
    ['go round in a circle', [a, b], [forward, { ...forward, from: 'b', to: 'a' }]],
    ['the backward edge a → b has no forward edge', [a, b], [{ ...forward, kind: 'backward' }]],
  ])('%s', (message, nodes, edges) => {
    expect(() => graph({ ...about, nodes, edges })).toThrow(ValueError);
    expect(() => graph({ ...about, nodes, edges })).toThrow(message);
  });
});
