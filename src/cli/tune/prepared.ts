import type { TensorOptions } from '../../data/prepare.js';
import { fitTargets } from '../../data/prepare.js';
import type { Scale, Scaling } from '../../data/scaling.js';
import { fitScaling } from '../../data/scaling.js';
import type { Backend } from '../../runtime/backends.js';
import type { TrainData } from '../train/data.js';
import type { Settings } from '../train/settings.js';

/** What all candidates of a search share. */
export interface Prepared {
  readonly data: TrainData;
  readonly backend: Backend;
  /** How samples become tensors for a candidate; statistics are taken once for each scale. */
  tensorsOf(settings: Settings): TensorOptions & { readonly scaling: Scaling };
}

export function preparedOn(data: TrainData, backend: Backend): Prepared {
  const targetScaling = fitTargets(data.train);
  const scalings = new Map<Scale, Scaling>();
  const scalingOf = (scale: Scale) => {
    const scaling = scalings.get(scale) ?? fitScaling(data.train, scale);
    scalings.set(scale, scaling);
    return scaling;
  };
  const tensorsOf = ({ scale, kind }: Settings) => ({
    ...{ scaling: scalingOf(scale), flat: kind === 'dense', targetScaling },
  });
  return { data, backend, tensorsOf };
}
