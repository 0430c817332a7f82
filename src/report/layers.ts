import { ValueError } from '../core/errors.js';

/** A place in the drawing: a node, or where a long edge crosses a layer. */
export interface Place {
  readonly id: string;
  readonly layer: number;
  /** Its rank in the layer, from above. */
  rank: number;
  /** How far down it stands, in rows. */
  row: number;
}

export interface Layering {
  readonly places: ReadonlyMap<string, Place>;
  readonly layers: readonly (readonly Place[])[];
  /** For each edge the places that it goes through, both ends included. */
  readonly routes: readonly (readonly Place[])[];
}

/**
 * A directed graph in layers, every edge from a lower one to a higher one: a node lies as far from
 * the sources as its longest way, a source next to the first that it feeds. In a layer the nodes
 * stand at the mean rank of their neighbours, which keeps crossings few (K. Sugiyama, S. Tagawa,
 * M. Toda, 1981).
 *
 * @throws ValueError where the edges go round in a circle.
 */
export function layered(
  ids: readonly string[],
  edges: readonly { readonly from: string; readonly to: string }[],
): Layering {
  const depth = depths(ids, edges);
  const layers: Place[][] = Array.from({ length: 1 + Math.max(...depth.values()) }, () => []);
  const put = (id: string, layer: number): Place => {
    const place = { id, layer, rank: layers[layer].length, row: 0 };
    layers[layer].push(place);
    return place;
  };
  const places = new Map(ids.map((id) => [id, put(id, depth.get(id)!)]));
  const routes = edges.map(({ from, to }, i) => {
    const [start, end] = [places.get(from)!, places.get(to)!];
    const between = Array.from({ length: end.layer - start.layer - 1 }, (_, k) =>
      put(`${i}:${k}`, start.layer + 1 + k),
    );
    return [start, ...between, end];
  });
  const neighbours = neighboursOf(routes, layers);
  untangle(layers, neighbours);
  align(layers, neighbours, ({ id }) => places.has(id));
  return { places, layers, routes };
}

/** The layer of each node. */
function depths(
  ids: readonly string[],
  edges: readonly { readonly from: string; readonly to: string }[],
): Map<string, number> {
  const depth = new Map(ids.map((id) => [id, 0]));
  for (let round = 0, moved = true; moved; round++) {
    if (round > ids.length) {
      throw new ValueError('graph: the forward edges go round in a circle; take one of them out.');
    }
    moved = false;
    for (const { from, to } of edges) {
      if (depth.get(to)! > depth.get(from)!) continue;
      depth.set(to, depth.get(from)! + 1);
      moved = true;
    }
  }
  for (const id of ids) {
    const fed = edges.filter(({ from }) => from === id).map(({ to }) => depth.get(to)!);
    if (fed.length > 0 && !edges.some(({ to }) => to === id)) depth.set(id, Math.min(...fed) - 1);
  }
  return depth;
}

type Neighbours = ReadonlyMap<Place, { readonly before: Place[]; readonly after: Place[] }>;

function neighboursOf(
  routes: readonly (readonly Place[])[],
  layers: readonly Place[][],
): Neighbours {
  const all = new Map(
    layers
      .flat()
      .map((place) => [place, { before: [], after: [] } as { before: Place[]; after: Place[] }]),
  );
  for (const route of routes) {
    route.slice(1).forEach((place, i) => {
      all.get(place)!.before.push(route[i]);
      all.get(route[i])!.after.push(place);
    });
  }
  return all;
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** Sorts the layers by the mean rank of their neighbours: from left to right, and back. */
function untangle(layers: readonly Place[][], neighbours: Neighbours): void {
  const sort = (layer: Place[], side: 'before' | 'after') => {
    const keys = new Map(
      layer.map((place) => {
        const near = neighbours.get(place)![side];
        return [place, near.length === 0 ? place.rank : mean(near.map(({ rank }) => rank))];
      }),
    );
    layer.sort((a, b) => keys.get(a)! - keys.get(b)!);
    layer.forEach((place, rank) => {
      place.rank = rank;
    });
  };
  for (let sweep = 0; sweep < 8; sweep++) {
    for (const layer of layers.slice(1)) sort(layer, 'before');
    for (const layer of layers.slice(0, -1).reverse()) sort(layer, 'after');
  }
}

/**
 * Moves each place towards the mean row of its neighbours, at least a row below the one above it.
 * What is computed stands in a straight line; long edges and sources make way for it.
 */
function align(
  layers: readonly Place[][],
  neighbours: Neighbours,
  isNode: (place: Place) => boolean,
): void {
  const weightOf = (place: Place): number =>
    neighbours.get(place)!.before.length === 0 ? 1 : isNode(place) ? 10_000 : 30;
  for (const place of layers.flat()) place.row = place.rank;
  for (let sweep = 0; sweep < 24; sweep++) {
    for (const layer of sweep % 2 === 0 ? layers : [...layers].reverse()) {
      const wanted = layer.map((place) => {
        const { before, after } = neighbours.get(place)!;
        const near = [...before, ...after];
        const heaviest = Math.max(...near.map(weightOf));
        const rows = near.filter((other) => weightOf(other) === heaviest).map(({ row }) => row);
        return rows.length === 0 ? place.row : mean(rows);
      });
      apart(wanted, layer.map(weightOf)).forEach((row, i) => {
        layer[i].row = row;
      });
    }
  }
  const first = Math.min(...layers.flat().map(({ row }) => row));
  for (const place of layers.flat()) place.row -= first;
}

/**
 * The numbers nearest to `wanted` (weighted least squares) of which each is at least 1 above the one
 * before it: neighbours that are too near are pooled, as in isotonic regression.
 */
function apart(wanted: readonly number[], weights: readonly number[]): number[] {
  const pools: { value: number; weight: number; size: number }[] = [];
  wanted.forEach((row, i) => {
    let pool = { value: row - i, weight: weights[i], size: 1 };
    while (pools.length > 0 && pools[pools.length - 1].value > pool.value) {
      const { value, weight, size } = pools.pop()!;
      const both = weight + pool.weight;
      pool = {
        value: (value * weight + pool.value * pool.weight) / both,
        weight: both,
        size: size + pool.size,
      };
    }
    pools.push(pool);
  });
  return pools.flatMap(({ value, size }) => Array(size).fill(value)).map((value, i) => value + i);
}
