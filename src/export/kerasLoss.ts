import type { Described } from '../core/kinds.js';

/** The losses of Keras, by their names as classes and as functions. */
const kinds: Readonly<Record<string, string>> = {
  ...{ mse: 'meanSquaredError', mean_squared_error: 'meanSquaredError' },
  ...{ mae: 'meanAbsoluteError', mean_absolute_error: 'meanAbsoluteError' },
  ...{ binary_crossentropy: 'binaryCrossEntropy', huber: 'huber', huber_loss: 'huber' },
  categorical_crossentropy: 'categoricalCrossEntropy',
  sparse_categorical_crossentropy: 'sparseCategoricalCrossEntropy',
};

/** The loss that a Keras model was compiled with, if handgrad has it. */
export function lossOfKeras(said: unknown): Described | undefined {
  const named = said as { class_name?: unknown; config?: unknown } | null | undefined;
  const { class_name: className, config } = Object(named) as NonNullable<typeof named>;
  const name = className === 'function' ? config : (className ?? said);
  if (typeof name !== 'string') return undefined;
  const options = Object(config) as { delta?: unknown; label_smoothing?: unknown };
  const kind = Object.hasOwn(kinds, snake(name)) ? kinds[snake(name)] : undefined;
  if (kind === undefined) return undefined;
  if (kind === 'huber' && typeof options.delta === 'number') {
    return { kind, config: { delta: options.delta } };
  }
  const smoothing = options.label_smoothing;
  if (typeof smoothing === 'number' && smoothing > 0) {
    return { kind, config: { labelSmoothing: smoothing } };
  }
  return { kind };
}

/** MeanSquaredError, meanSquaredError and mean_squared_error; `crossentropy` is one word in Keras. */
const snake = (name: string) =>
  name
    .replace(/(?<=[a-z])[A-Z]/g, (letter) => `_${letter}`)
    .toLowerCase()
    .replace('cross_entropy', 'crossentropy');
