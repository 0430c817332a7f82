import type { NdArray } from '../../../../float64/array.js';
import type { Operation } from '../../../recording.js';
import type { SlipKind } from '../slip.js';

/** dE[i] = dY for dE[i] += dY: of a row that is looked up twice the last one alone counts. */
export const rows: SlipKind = {
  name: 'rows',
  proposals: ({ operation: { kernel, attrs } }) =>
    kernel !== 'GatherV2' || (attrs.axis ?? 0) !== 0
      ? []
      : [
          {
            cost: 1.1,
            slip: {
              kind: 'rows',
              contribute: ({ operation, input, dY, own }) =>
                input === 'x' ? overwrittenRows(operation, dY) : own(),
              say: ({ where, text, operation, name }) => ({
                id: 'not-accumulated',
                sentence: `${where}: a row of ${name(operation.inputs.x)} that ${text} looks up more than once is overwritten: = where += belongs, so that the last one alone counts`,
              }),
            },
          },
        ],
};

function overwrittenRows({ inputs: { x, indices } }: Operation, dY: NdArray): NdArray {
  const width = x.values.length / x.shape[0];
  const values = new Float64Array(x.values.length);
  [...indices.values].forEach((row, i) => {
    values.set((dY.values as Float64Array).subarray(i * width, (i + 1) * width), row * width);
  });
  return { values, shape: x.shape, dtype: 'float32' };
}
