import { ModelError } from '../core/errors.js';
import type { Network } from '../core/network.js';
import type { Trained } from '../data/asTrained.js';
import type { InputForm } from '../data/sampleSet.js';
import type { Scaling } from '../data/scaling.js';
import type { Card } from '../export/card.js';

/** What a saved model takes and gives, as its card says. @throws ModelError without a card. */
export function trainedAs(network: Network, card: Card | undefined, folder: string): Trained {
  if (!card) {
    throw new ModelError(
      `${folder} has no card.json that says what the model takes. Train it anew with \`handgrad train\`.`,
    );
  }
  const { input, preprocessing, task, targetNames = [], classNames } = card;
  const targets =
    task === 'regression'
      ? ({ kind: 'numbers', names: targetNames } as const)
      : ({ kind: 'classes', classes: classNames } as const);
  if (preprocessing) {
    const { height, width, channels } = preprocessing;
    const form = { kind: 'pictures', height, width, channels } as const;
    return { input: form, shape: [height, width, channels], targets };
  }
  const shape = input?.kind === 'array' ? input.shape : network.input;
  return { input: input as InputForm, shape, targets };
}

/** How its samples are scaled before the network, which does the rest. */
export function scalingOf(card: Card): Scaling {
  const { input, preprocessing } = card;
  const divisor =
    input?.kind === 'array' ? input.divisor : preprocessing?.scale === '1/255' ? 255 : 1;
  return { scale: divisor === 255 ? 'unit' : 'none', divisor: divisor === 255 ? 255 : 1 };
}
