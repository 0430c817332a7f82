import { ValueError } from '../../core/errors.js';
import type { Range } from '../batches.js';

const most = 1024;

/** @throws ValueError unless it is a power of two */
export function assertShards(shards: number): number {
  const isPower = Number.isInteger(shards) && shards >= 1 && (shards & (shards - 1)) === 0;
  if (isPower && shards <= most) return shards;
  throw new ValueError(
    `The shards of a batch are ${shards}; give a power of two up to ${most}, such as 8: their sums make a tree.`,
  );
}

/** The shards in so many pieces, each a subtree. */
export const piecesOf = (shards: number, pieces: number): Range[] =>
  Array.from({ length: pieces }, (_, i) => ({
    from: (i * shards) / pieces,
    to: ((i + 1) * shards) / pieces,
  }));

/**
 * Into how many pieces so many hands share the shards: so that the busiest has least, of equal ones the fewest,
 * and below four for each hand, because each piece carries its sum back.
 */
export function piecesFor(hands: number, shards: number): number {
  const share = (pieces: number) => Math.ceil(pieces / Math.max(1, hands)) / pieces;
  let best = 1;
  for (let pieces = 2; pieces <= shards && pieces < 4 * hands; pieces *= 2) {
    if (share(pieces) < share(best)) best = pieces;
  }
  return best;
}
