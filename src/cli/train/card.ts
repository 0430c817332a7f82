import { basename } from 'node:path';
import type { Network } from '../../core/network.js';
import type { Optimizer } from '../../core/optimizers.js';
import { type PartName, partOfName } from '../../data/arrays/parts.js';
import type { Scaling } from '../../data/scaling.js';
import { activationsOf, shapeInWords, sizesOf } from '../../export/architecture.js';
import type { Card, FileCard, InputCard } from '../../export/card.js';
import { type JudgedPart, ofClasses } from '../../report/training/judged.js';
import type { Backend } from '../../runtime/backends.js';
import { version } from '../../version.js';
import type { TrainOptions } from '../commands/train.js';
import type { TrainData } from './data.js';
import type { Fitted } from './fit.js';
import { durationOf, type Length } from './length.js';
import { scoresOf } from './scores.js';

/** What a card is made of. */
export interface ForCard {
  readonly network: Network;
  readonly data: TrainData;
  readonly scaling: Scaling;
  readonly backend: Backend;
  readonly optimizer: Optimizer;
  readonly run: Length & Fitted;
  readonly parts: readonly JudgedPart[];
}

/** The card that is saved with a model. */
export function cardOf(
  { network, data, scaling, backend, optimizer, run, parts }: ForCard,
  { seed, dropout, l1, shards, syncEvery }: TrainOptions,
): Card {
  const { loss, l2 } = network;
  const { targets } = data.train;
  const isRegression = targets.kind === 'numbers';
  const { name: rule, hyperparameters } = optimizer;
  const scored = parts.map((part) => [part.name, scoresOf(part)] as const);
  return {
    name: `${data.name} ${shapeInWords(network)}`,
    layers: sizesOf(network),
    activations: activationsOf(network),
    loss: loss.name,
    initializer: data.isCourse ? 'course' : 'he',
    seed,
    hyperparameters: {
      ...{ optimizer: rule, ...hyperparameters, ...durationOf(run), l2 },
      ...(l1 !== undefined && { l1 }),
      ...(dropout !== undefined && { dropout }),
      ...(shards !== undefined && { shards }),
      ...(syncEvery !== undefined && { 'steps between averages': syncEvery }),
    },
    dataSet: { name: data.name, ...filesOf(data) } as Card['dataSet'],
    costs: run.costs,
    ...(!isRegression && { accuracy: accuracyOf(parts) }),
    metrics: Object.fromEntries(scored),
    task: isRegression ? 'regression' : 'classification',
    ...inputOf(data, scaling),
    ...(isRegression && { targetNames: targets.names }),
    classNames: isRegression ? [] : targets.classes,
    versions: { handgrad: version, node: process.versions.node, ...backend.versions },
  };
}

function accuracyOf(parts: readonly JudgedPart[]): Card['accuracy'] {
  const of = (name: string) => {
    const part = parts.find((part) => part.name === name);
    return part && ofClasses(part) ? 100 * part.judgement.metrics.accuracy : undefined;
  };
  const test = of('test');
  return { train: of('train') ?? Number.NaN, ...(test !== undefined && { test }) };
}

/** Each part with the file that it comes from: its own, or the one that was split. */
function filesOf(data: TrainData): Partial<Record<'train' | 'validation' | 'test', FileCard>> {
  const { files, train, validation, test } = data;
  const of = (m: number, part: PartName): FileCard => {
    const own = files.find(({ path }) => partOfName(basename(path)) === part);
    const { path, sha256 } = own ?? files[0];
    return { file: basename(path), sha256, m };
  };
  return {
    train: of(train.m, 'train'),
    ...(validation && { validation: of(validation.m, 'validation') }),
    ...(test && { test: of(test.m, 'test') }),
  };
}

function inputOf(
  { input, train: { shape } }: TrainData,
  { divisor }: Scaling,
): Pick<Card, 'preprocessing' | 'input'> {
  if (input.kind === 'pictures') {
    const { height, width, channels } = input;
    const scale = divisor === 255 ? '1/255' : '1';
    return { preprocessing: { height, width, channels, scale, resize: 'the whole picture' } };
  }
  if (input.kind === 'array') return { input: { kind: 'array', shape, divisor } };
  return { input: input as InputCard };
}
