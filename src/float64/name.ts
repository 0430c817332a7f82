import { engine } from '@tensorflow/tfjs-core';

/** The name for `tf.setBackend`. */
export const FLOAT64 = 'handgrad-float64';

/** Whether tfjs computes in double precision now. */
export const isActive = (): boolean => engine().backendName === FLOAT64;
