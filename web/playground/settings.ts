import * as activations from '../../src/core/activations.js';
import {
  course,
  he,
  type Initializer,
  normal,
  xavier,
  zeros,
} from '../../src/core/initializers.js';
import { choiceOf, type SetName, sets } from './sets.js';

/** A hidden layer. */
export interface HiddenLayer {
  readonly units: number;
  readonly activation: string;
}

/** All that a reader can choose. It fixes every number that the page shows. */
export interface Settings {
  readonly set: SetName;
  readonly points: number;
  readonly noise: number;
  readonly hidden: readonly HiddenLayer[];
  readonly start: string;
  readonly rate: number;
  readonly seed: number;
  readonly speed: string;
  readonly backend: string;
  /** The layer and the sample whose numbers are shown, from 1. */
  readonly layer: number;
  readonly sample: number;
}

/** The activations of a hidden layer: those of core/ that look at one unit at a time. */
export const hiddenActivations = new Map(
  Object.values(activations)
    .filter((activation) => activation !== activations.softmax)
    .map((activation) => [activation.name, activation]),
);

/** How the weights start, as the reader reads it. */
export const starts: Readonly<Record<string, { title: string; initializer: Initializer }>> = {
  normal: { title: '0.01 · randn', initializer: normal(0.01) },
  course: { title: 'randn / √n', initializer: course },
  he: { title: 'He: randn · √(2/n)', initializer: he },
  xavier: { title: 'Xavier', initializer: xavier },
  zeros: { title: 'zeros', initializer: zeros },
};

/** How many steps there are between two pictures; 'slow' is four steps in a second. */
export const speeds: Readonly<Record<string, { title: string; steps: number }>> = {
  slow: { title: '4 a second', steps: 0 },
  one: { title: '1 a frame', steps: 1 },
  ten: { title: '10 a frame', steps: 10 },
  hundred: { title: '100 a frame', steps: 100 },
  max: { title: 'as many as fit', steps: Number.POSITIVE_INFINITY },
};

export const backends: Readonly<Record<string, string>> = {
  auto: 'the fastest',
  wasm: 'WebAssembly',
  webgl: 'WebGL',
  cpu: 'JavaScript',
};

export const limits = {
  points: { min: 20, max: 2000 },
  noise: { min: 0, max: 3 },
  layers: { min: 0, max: 6 },
  units: { min: 1, max: 64 },
  rate: { min: 1e-6, max: 1000 },
  seed: { min: 0, max: 2 ** 32 - 1 },
  iteration: { min: 0, max: 1e6 },
  layer: { min: 1, max: 7 },
  sample: { min: 1, max: 2000 },
} as const;

/** The course's flower: 2-4-1, tanh, learning rate 1.2, seed 3. Its costs are in the course's notes. */
export const usual: Settings = {
  set: 'flower',
  points: 400,
  noise: 0,
  hidden: [{ units: 4, activation: 'tanh' }],
  start: 'normal',
  rate: 1.2,
  seed: 3,
  speed: 'ten',
  backend: 'auto',
  layer: 1,
  sample: 1,
};

/** The settings as the query of an address, and the iteration, where the settings alone lead to it. */
export function toQuery(settings: Settings, iteration = 0): string {
  const { set, points, noise, hidden, start, rate, seed, speed, backend, layer, sample } = settings;
  const query = new URLSearchParams({
    set,
    points: String(points),
    ...(choiceOf(set).noise === undefined ? {} : { noise: String(noise) }),
    layers: hidden.map(({ units, activation }) => `${units}-${activation}`).join('.'),
    start,
    rate: String(rate),
    seed: String(seed),
    ...(speed === usual.speed ? {} : { speed }),
    ...(backend === usual.backend ? {} : { backend }),
    ...(layer === usual.layer ? {} : { layer: String(layer) }),
    ...(sample === usual.sample ? {} : { sample: String(sample) }),
    ...(iteration > 0 ? { iteration: String(iteration) } : {}),
  });
  return `?${query}`;
}

/** What an address asks for. A part that cannot be is left at what is usual, and a sentence says so. */
export function fromQuery(search: string): {
  settings: Settings;
  iteration: number;
  complaints: readonly string[];
} {
  const query = new URLSearchParams(search);
  const complaints: string[] = [];
  const complain = <T>(what: string, cure: string, instead: T): T => {
    const said = what.length > 60 ? `${what.slice(0, 59)}…` : what;
    complaints.push(`The address says ${said}: ${cure}.`);
    return instead;
  };

  const oneOf = <T extends string>(name: string, names: readonly T[], standard: T): T => {
    const value = query.get(name);
    if (value === null) return standard;
    const found = names.find((each) => each === value);
    return found ?? complain(`${name}=${value}`, `there are ${names.join(', ')}`, standard);
  };
  const number = (name: keyof typeof limits, standard: number, isWhole = true): number => {
    const text = query.get(name);
    if (text === null) return standard;
    const { min, max } = limits[name];
    const kind = isWhole ? 'a whole number' : 'a number';
    return isIn(name, text, isWhole)
      ? Number(text)
      : complain(`${name}=${text}`, `give ${kind} from ${min} to ${max}`, standard);
  };

  const set = oneOf('set', Object.keys(sets) as SetName[], usual.set);
  const choice = choiceOf(set);
  const points = number('points', choice.points);
  const settings: Settings = {
    set,
    points:
      points % 2 === 0
        ? points
        : complain(`points=${points}`, 'give an even number', choice.points),
    noise: choice.noise === undefined ? 0 : number('noise', choice.noise, false),
    hidden: layers(query.get('layers'), complain),
    start: oneOf('start', Object.keys(starts), usual.start),
    rate: number('rate', usual.rate, false),
    seed: number('seed', usual.seed),
    speed: oneOf('speed', Object.keys(speeds), usual.speed),
    backend: oneOf('backend', Object.keys(backends), usual.backend),
    layer: number('layer', usual.layer),
    sample: number('sample', usual.sample),
  };
  return { settings: withinReach(settings), iteration: number('iteration', 0), complaints };
}

/** The same, with a layer and a sample that are there. */
export const withinReach = (settings: Settings): Settings => ({
  ...settings,
  layer: Math.min(settings.layer, settings.hidden.length + 1),
  sample: Math.min(settings.sample, settings.points),
});

/** Whether a text is a number that the limits let through. */
export function isIn(name: keyof typeof limits, text: string, isWhole = true): boolean {
  const value = Number(text);
  const { min, max } = limits[name];
  const isNumber = text.trim() !== '' && (isWhole ? Number.isInteger(value) : true);
  return isNumber && value >= min && value <= max;
}

/** 4-tanh.3-relu: units and activation of each hidden layer; nothing is none. */
function layers(
  text: string | null,
  complain: <T>(what: string, cure: string, instead: T) => T,
): readonly HiddenLayer[] {
  if (text === null) return usual.hidden;
  if (text === '') return [];
  const hidden = text.split('.').map((part) => {
    const [units, activation = 'tanh', ...rest] = part.split('-');
    const isLayer = rest.length === 0 && isIn('units', units) && hiddenActivations.has(activation);
    return isLayer ? { units: Number(units), activation } : undefined;
  });
  const { max } = limits.layers;
  const isWhole = (list: typeof hidden): list is HiddenLayer[] =>
    list.length <= max && list.every((layer) => layer !== undefined);
  return isWhole(hidden)
    ? hidden
    : complain(
        `layers=${text}`,
        `give at most ${max} such as 4-tanh.3-relu, of ${limits.units.min} to ${limits.units.max} units, of ${[...hiddenActivations.keys()].join(', ')}`,
        usual.hidden,
      );
}
