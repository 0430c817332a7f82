import type { InputForm } from '../../data/sampleSet.js';
import type { Card } from '../../export/card.js';
import type { JudgedPart } from '../../report/training/judged.js';
import { modelCardText } from '../../report/training/modelCardText.js';
import type { TrainData } from './data.js';

/** What a file of new data is called in a command. */
export const inputWord = ({ kind }: InputForm): string =>
  ({ pictures: 'PICTURE', table: 'TABLE.csv', array: 'ARRAY.npy' })[kind];

/** The card in plain words, to lie beside a model. */
export function cardText(
  {
    card,
    data,
    parts,
    warnings,
  }: {
    readonly card: Card;
    readonly data: TrainData;
    readonly parts: readonly JudgedPart[];
    readonly warnings: readonly string[];
  },
  folder: string,
): string {
  const { hyperparameters = {}, activations, layers, loss, initializer, seed } = card;
  return modelCardText({
    ...{ name: card.name, data, input: data.input, warnings },
    results: parts.map(({ name, judgement: { metrics } }) => ({
      part: name === 'train' ? 'training' : name,
      metrics,
    })),
    training: [
      ['layers', layers.join('-')],
      ['activations', activations.join(', ')],
      ['loss', loss],
      ['initializer', `${initializer}, seed ${seed}`],
      ...Object.entries(hyperparameters).map(([name, value]) => [name, String(value)] as const),
    ],
    command: `npx handgrad predict --model ${folder} ${inputWord(data.input)}`,
  });
}
