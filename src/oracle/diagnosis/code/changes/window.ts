import type { Operation } from '../../../recording.js';
import { one, subsets } from '../arrays.js';
import type { ChangeKind, Proposal } from '../change.js';
import { axesIn } from '../sizes.js';

interface Move {
  readonly axes: readonly number[];
  readonly by: number;
  /** Whether the start is multiplied, as by a stride, and not shifted. */
  readonly times: boolean;
}

/** x[pad:] for x[0:]: a slice or a padding begins elsewhere. */
export const window: ChangeKind = {
  name: 'window',
  proposals({ operation: { kernel, inputs } }) {
    if (!/^(Slice|PadV2)$/.test(kernel)) return [];
    return subsets(inputs.x.shape.length)
      .filter(({ length }) => length > 0)
      .flatMap((axes) => [
        ...[1, -1, 2, -2, 3, -3].map((by) => proposal({ axes, by, times: false })),
        ...[2, 3, 0.5].map((by) => proposal({ axes, by, times: true })),
      ]);
  },
};

const proposal = (move: Move): Proposal => ({
  cost: move.times ? 1.1 : 1.1 + 0.02 * Math.abs(move.by),
  change: {
    kind: 'window',
    signature: `window ${move.axes} ${move.by} ${move.times}`,
    apply: ({ operation, inputs }) =>
      one(operation.kernel, inputs, moved(operation, inputs.x.shape, move)),
    say({ stage, operation, subject }) {
      const how = move.times
        ? `its start is to be multiplied by ${move.by}: the stride of the forward pass is missing`
        : `it begins ${Math.abs(move.by)} too ${move.by > 0 ? 'early' : 'late'}: the shift by the padding is missing`;
      return {
        id: 'wrong-window',
        sentence: `${subject} is taken at the wrong place along ${axesIn(stage, operation.inputs.x, move.axes)}: ${how}`,
      };
    },
  },
});

/** The attributes of a slice or a padding that begins elsewhere. @throws where that is outside */
function moved(
  { kernel, attrs }: Operation,
  shape: readonly number[],
  { axes, by, times }: Move,
): object {
  const start = (at: number, axis: number) =>
    axes.includes(axis) ? (times ? at * by : at + by) : at;
  const check = (fits: boolean) => {
    if (!fits) throw new RangeError('it would begin outside');
  };
  if (kernel === 'Slice') {
    const [begin, size] = [attrs.begin as number[], attrs.size as number[]];
    const starts = begin.map(start);
    check(starts.every((at, i) => Number.isInteger(at) && at >= 0 && at + size[i] <= shape[i]));
    return { begin: starts, size };
  }
  const paddings = (attrs.paddings as [number, number][]).map(([before, after], axis) => {
    const at = start(before, axis);
    return [at, after + before - at];
  });
  check(paddings.flat().every((side) => Number.isInteger(side) && side >= 0));
  return { ...attrs, paddings };
}
