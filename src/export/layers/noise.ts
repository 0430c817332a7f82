import { number, refuse } from './given.js';
import type { OnnxWords, Words } from './words.js';

/*
 * What changes its input in training alone.
 */

export const dropout: Words = {
  keras: ({ layer: { config } }) => {
    const { rate, keepProb } = config as { rate?: number; keepProb?: number };
    return [{ className: 'Dropout', config: { rate: rate ?? asDecimal(1 - keepProb!) } }];
  },
  fromKeras: {
    Dropout: (given) => {
      const { noise_shape: shape } = given.config;
      if (shape !== undefined && shape !== null) {
        return refuse(given, 'has a noise_shape; handgrad drops each number by itself.');
      }
      return [{ kind: 'dropout', config: { rate: number(given, 'rate') } }];
    },
  },
};

export const dropoutOnnx: OnnxWords = {
  write: (_, X) => X,
};

export const gaussianNoise: Words = {
  keras: ({ layer: { config } }) => [
    { className: 'GaussianNoise', config: { stddev: config.stddev } },
  ],
  fromKeras: {
    GaussianNoise: (given) => [
      { kind: 'gaussianNoise', config: { stddev: number(given, 'stddev') } },
    ],
  },
};

export const gaussianNoiseOnnx: OnnxWords = {
  write: (_, X) => X,
};

/** 1 - 0.8 is 0.2. */
const asDecimal = (rate: number) => Number(rate.toPrecision(12));
