import { ValueError } from './errors.js';

/** All names of an options type. TypeScript reports a missing or an extra one. */
export type Names<Options> = { readonly [Name in keyof Options]-?: true };

/**
 * Rejects unknown options of `where` and suggests the closest known name.
 *
 * @throws ValueError
 */
export function assertOptions<Options extends object>(
  where: string,
  given: Options,
  names: Names<Options>,
): void {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw new ValueError(
      `${where}: the options are ${inWords(given)}; give an object such as { ${Object.keys(names)[0]}: … }.`,
    );
  }
  const known = Object.keys(names);
  const unknown = Object.keys(given).find((name) => !known.includes(name));
  if (unknown === undefined) return;
  const near = nearest(unknown, known);
  throw new ValueError(
    near.length > 0
      ? `${where}: unknown option ${unknown}. Did you mean ${near.join(' or ')}?`
      : `${where}: unknown option ${unknown}. ${known.length > 0 ? `The options are ${known.join(', ')}` : 'It takes none'}.`,
  );
}

/** The known names a word most likely means: none, one, or two with the same meaning. */
export function nearest(word: string, known: readonly string[]): string[] {
  const letters = plain(word);
  const within = (limit: number) => {
    const distances = known.map((name) => editDistance(letters, plain(name)));
    const min = Math.min(...distances);
    return min <= limit ? known.filter((_, i) => distances[i] === min) : [];
  };
  const slip = within(letters.length > 3 ? 1 : 0);
  if (slip.length > 0) return slip;
  const meant = known.filter((name) => aliases[name]?.includes(letters));
  return meant.length > 0 ? meant : within(Math.floor(letters.length / 3));
}

/** Names from Keras, scikit-learn and PyTorch that are not spelled alike. */
const aliases: Readonly<Record<string, readonly string[]>> = {
  learningRate: ['lr', 'alpha', 'eta', 'stepsize', 'learningrateinit'],
  iterations: ['epochs', 'nepochs', 'maxiter', 'niter', 'numiterations', 'steps'],
  epochs: ['nepochs', 'numepochs', 'maxiter', 'niter', 'steps'],
  numIterations: ['epochs', 'maxiter', 'niter'],
  batchSize: ['batch', 'minibatchsize', 'bs'],
  folds: ['cv', 'k', 'nsplits', 'splits'],
  steps: ['numsteps', 'numtraining', 'iterations'],
  from: ['minlr', 'startlr', 'min'],
  to: ['maxlr', 'endlr', 'max'],
  random: ['seed', 'randomstate', 'shuffle', 'rng'],
  seed: ['randomstate', 'random', 'rng'],
  optimizer: ['solver', 'opt'],
  onEpochEnd: ['callback', 'callbacks'],
  signal: ['abortsignal', 'abort'],
  l2: ['lambda', 'lambd', 'weightdecay', 'regularization', 'alpha'],
  l1: ['lasso'],
  initializer: ['init', 'kernelinitializer'],
  parameters: ['params', 'weights'],
  beta: ['momentum', 'rho', 'decay'],
  minLearningRate: ['minlr', 'etamin', 'alpha', 'floor'],
  weightDecay: ['wd', 'lambda', 'l2'],
  initialAccumulator: ['initialaccumulatorvalue'],
  decaySteps: ['tmax', 'stepsize'],
  decayRate: ['gamma', 'drop'],
  globalNorm: ['globalclipnorm', 'maxnorm'],
  norm: ['clipnorm'],
  value: ['clipvalue'],
  epsilon: ['eps'],
  m: ['nsamples', 'samples', 'n'],
  centers: ['nclasses', 'classes'],
  deviation: ['clusterstd', 'std'],
  threads: ['numthreads', 'nthreads', 'njobs'],
  operations: ['interop', 'interopthreads'],
  sigmoid: ['logistic'],
  linear: ['identity'],
  binaryCrossEntropy: ['bce', 'bceloss', 'logloss'],
  categoricalCrossEntropy: ['cce', 'crossentropy', 'crossentropyloss', 'nll'],
  meanSquaredError: ['mse', 'mseloss', 'l2loss'],
  gradientDescent: ['sgd', 'gd'],
  xavier: ['glorot', 'glorotnormal'],
  he: ['kaiming', 'henormal', 'kaimingnormal'],
};

const plain = (name: string) => name.replace(/[-_\s]/g, '').toLowerCase();

/** Edit distance with transpositions of neighbors (optimal string alignment). */
function editDistance(a: string, b: string): number {
  const d = Array.from({ length: a.length + 1 }, (_, i) => [i]);
  for (let j = 1; j <= b.length; j++) d[0][j] = j;
  for (let i = 1; i <= a.length; i++) {
    for (let j = 1; j <= b.length; j++) {
      const change = d[i - 1][j - 1] + Number(a[i - 1] !== b[j - 1]);
      d[i][j] = Math.min(change, d[i - 1][j] + 1, d[i][j - 1] + 1);
      const isSwap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (isSwap) d[i][j] = Math.min(d[i][j], d[i - 2][j - 2] + 1);
    }
  }
  return d[a.length][b.length];
}

/** @param option such as `lstm: units` @throws ValueError if it is not a whole number from 1 */
export function assertCount(option: string, value: unknown): void {
  if (Number.isInteger(value) && (value as number) >= 1) return;
  throw new ValueError(`${option} is ${inWords(value)}; give a whole number from 1.`);
}

/** @throws ValueError if one of the options of `where` is neither true nor false */
export function assertSwitches(where: string, switches: Readonly<Record<string, boolean>>): void {
  for (const [name, value] of Object.entries(switches)) {
    if (typeof value === 'boolean') continue;
    throw new ValueError(`${where}: ${name} is ${inWords(value)}; give true or false.`);
  }
}

/** Describes a value for an error message. */
export function inWords(value: unknown): string {
  if (typeof value === 'string') return `the string '${value}'`;
  if (typeof value === 'function') return value.name ? `the function ${value.name}` : 'a function';
  if (Array.isArray(value)) return 'an array';
  if (ArrayBuffer.isView(value)) return `a ${value.constructor.name}`;
  return typeof value === 'object' && value !== null ? 'an object' : String(value);
}
