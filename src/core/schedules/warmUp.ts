import type { Tensor2D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { ValueError } from '../errors.js';
import { assertCount, assertOptions, inWords } from '../options.js';
import type { Schedule } from '../schedule.js';
import { scalar } from '../tensors.js';
import { constant } from './constant.js';

/**
 * α = α₀ (t + 1)/s for t < s, and then the schedule's α at t - s
 *
 * where α₀ is the schedule's first learning rate. From 'zero' it rises by α₀ t/s, so that the first
 * step stands still, as in Keras. Source: Goyal et al., arXiv:1706.02677.
 *
 * @param schedule a number is a constant learning rate
 * @throws ValueError if steps is not a whole number from 1, or `from` is none of the two.
 */
export function warmUp(
  schedule: number | Schedule,
  options: {
    steps: number;
    /** Default: 'first'. */
    from?: 'first' | 'zero';
  },
): Schedule {
  assertOptions('warmUp', options, { steps: true, from: true });
  const behind =
    typeof schedule === 'number' ? constant({ learningRate: schedule }) : Object(schedule);
  const { steps, from = 'first' } = options;
  const first = behind.hyperparameters?.learningRate;
  if (typeof behind.at !== 'function' || typeof first !== 'number') {
    throw new ValueError(
      `warmUp: the schedule is ${inWords(schedule)}; give a number or a schedule, such as cosineDecay({ … }).`,
    );
  }
  assertCount('warmUp: steps', steps);
  if (from !== 'first' && from !== 'zero') {
    throw new ValueError(`warmUp: from is ${inWords(from)}; give 'first' or 'zero'.`);
  }
  const { name, hyperparameters, plateau } = behind as Schedule;
  return {
    name: `warmUp, ${name}`,
    hyperparameters: { ...hyperparameters, warmUpSteps: steps, warmUpFrom: from },
    ...(plateau && { plateau }),
    at: (t) => {
      const step = from === 'first' ? tf.add(t, 1) : t;
      const rising = tf.mul(step, scalar(first / steps)) as Tensor2D; // (1, 1)
      const after = behind.at(tf.relu(tf.sub(t, steps)));
      return tf.where(tf.less(t, scalar(steps)), rising, after);
    },
  };
}
