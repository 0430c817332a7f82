import {
  blobs,
  flower,
  gaussianQuantiles,
  noisyCircles,
  noisyMoons,
  type PlanarSet,
  xor,
} from '../../src/data/planar.js';

/** A set of points to choose, and the numbers that it starts from. */
export interface Choice {
  readonly title: string;
  readonly points: number;
  /** The spread of the points, where the set lets one choose it. */
  readonly noise?: number;
  draw(m: number, noise: number): PlanarSet;
}

/** The planar sets of Course 1, week 3, drawn with the course's seeds, and the exclusive or. */
export const sets = {
  flower: { title: 'Flower', points: 400, draw: (m) => flower({ m }) },
  circles: {
    title: 'Circles',
    points: 200,
    noise: 0.3,
    draw: (m, noise) => noisyCircles({ m, noise }),
  },
  moons: { title: 'Moons', points: 200, noise: 0.2, draw: (m, noise) => noisyMoons({ m, noise }) },
  clouds: {
    title: 'Six clouds',
    points: 200,
    noise: 1,
    draw: (m, noise) => blobs({ m, deviation: noise }),
  },
  rings: { title: 'Rings', points: 200, draw: (m) => gaussianQuantiles({ m }) },
  xor: { title: 'Exclusive or', points: 200, draw: (m) => xor({ m }) },
} as const satisfies Record<string, Choice>;

export type SetName = keyof typeof sets;

export const choiceOf = (name: SetName): Choice => sets[name];
