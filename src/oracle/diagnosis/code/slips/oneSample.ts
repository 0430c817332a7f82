import type { NdArray } from '../../../../float64/array.js';
import type { Value } from '../../../recording.js';
import { chainRule } from '../reverse.js';
import { changed, type SlipKind, type SlipProposal } from '../slip.js';
import type { Stage } from '../stage.js';

type Keeps = 'first' | 'last' | 'last row';

/** dW of one sample for the sum over all: it is overwritten sample by sample. */
export const oneSample: SlipKind = {
  name: 'one-sample',
  proposals({ stage, operation: { kernel, inputs, outputs }, used }) {
    if (!/^(BatchMatMul|Conv2D|Add)$/.test(kernel) || outputs[0].shape.length < 2) return [];
    return used
      .filter((input) => isParameter(stage, inputs[input]))
      .flatMap((input) =>
        (['last', 'first', 'last row'] as const).map((keeps) => proposal(input, keeps)),
      );
  },
};

const proposal = (input: string, keeps: Keeps): SlipProposal => ({
  cost: 1.35,
  slip: {
    kind: 'one-sample',
    contribute: ({ operation, input: at, dY, own }) =>
      at === input ? changed(own(), () => chainRule(operation, input, [only(dY, keeps)])) : own(),
    say: ({ where, text, operation, name }) => ({
      id: 'not-accumulated',
      sentence: `${where}: what ${text} gives to ${name(operation.inputs[input])} is that of the ${keeps === 'last row' ? 'last place' : `${keeps} sample`} alone: it is overwritten, = where += belongs`,
    }),
  },
});

/** dY where the first or the last sample alone counts. */
function only(dY: NdArray, keeps: Keeps): NdArray {
  const { length } = dY.values;
  const width = keeps === 'last row' ? (dY.shape.at(-1) ?? 1) : length / dY.shape[0];
  const start = keeps === 'first' ? 0 : length - width;
  const values = new Float64Array(length);
  values.set((dY.values as Float64Array).subarray(start, start + width), start);
  return { ...dY, values };
}

/** Whether a value is a parameter, or a part of one. */
function isParameter(stage: Stage, value: Value): boolean {
  if (stage.scene.leaves.has(value)) return true;
  const maker = stage.makerOf(value);
  return (
    maker !== undefined &&
    /^(Unpack|Slice|StridedSlice|Reshape|Identity|Transpose)$/.test(maker.kernel) &&
    isParameter(stage, maker.inputs.x ?? maker.inputs.value)
  );
}
