import type { Operation } from '../../recording.js';
import type { Gradients } from './reverse.js';

/** The numbers c for which some value of the backward pass is c times the gradient of one of the forward pass. */
export function scalesOf(backward: readonly Operation[], gradients: Gradients): readonly number[] {
  const found = new Set<number>([1]);
  const truths = [...gradients.values()].filter(({ values }) => values.length > 1);
  for (const { outputs } of backward) {
    const [{ values, shape }] = outputs;
    if (values.length < 2) continue;
    for (const truth of truths) {
      if (String(truth.shape) !== String(shape)) continue;
      const most = (truth.values as Float64Array).reduce(
        (best, v, i, all) => (Math.abs(v) > Math.abs(all[best]) ? i : best),
        0,
      );
      const ratio = values[most] / truth.values[most];
      if (!Number.isFinite(ratio) || ratio === 0) continue;
      const bound = 1e-9 * Math.abs(values[most]);
      if (truth.values.every((v, i) => Math.abs(ratio * v - values[i]) <= bound))
        found.add(Number(ratio.toPrecision(9)));
    }
    if (found.size > 6) break;
  }
  return [...found];
}
