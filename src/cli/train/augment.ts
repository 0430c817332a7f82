import type { Shape } from '../../core/layer.js';
import type { RandomState } from '../../core/random.js';
import { augmented } from '../../data/augmentation.js';
import type { Augmentation } from '../names.js';

/** Mirrored, moved by up to an eighth, turned by up to 15 degrees, lighter or darker by a fifth. */
const most = { shift: 1 / 8, rotation: 15, brightness: 0.2 } as const;

/** Changes of pictures by their names on the command line. */
export const changeOf =
  (names: readonly Augmentation[]) =>
  (values: Uint8Array | Float32Array, shape: Shape, random: RandomState) =>
    augmented(values, shape, {
      random,
      flip: names.includes('flip'),
      ...(names.includes('shift') && {
        shift: Math.max(1, Math.round(most.shift * Math.min(shape[0], shape[1]))),
      }),
      ...(names.includes('rotation') && { rotation: most.rotation }),
      ...(names.includes('brightness') && { brightness: most.brightness }),
    });
