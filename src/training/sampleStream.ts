import type { Tensor } from '@tensorflow/tfjs-core';
import { ShapeError, ValueError } from '../core/errors.js';
import { assertSamples } from '../core/inputs.js';
import type { Network } from '../core/network.js';
import { inWords } from '../core/options.js';

/** Samples X and Y of a dataset: a batch, or as many batches as fit in memory. The run frees them. */
export interface DatasetItem {
  readonly X: Tensor;
  readonly Y: Tensor;
}

export type Items = AsyncIterable<DatasetItem> | Iterable<DatasetItem>;

/**
 * Samples that do not fit in memory: what gives them anew for each epoch, piece by piece. A function
 * gets the number of the epoch, from 0; if it gives the same for the same number, a run that was
 * stopped goes on exactly.
 */
export type SampleStream = Items | ((epoch: number) => Items);

/** Whether this is a dataset, and no tensor. */
export const isDataset = (value: unknown): value is SampleStream =>
  typeof value === 'function' ||
  (typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    (Symbol.asyncIterator in value || Symbol.iterator in value));

/**
 * The items of an epoch, checked one by one; `skip` of them are passed over. Whoever takes an item
 * frees it.
 *
 * @throws ValueError if it is no dataset or gives nothing; what `assertSamples` throws.
 */
export async function* itemsOf(
  dataset: SampleStream,
  network: Network,
  epoch: number,
  skip = 0,
): AsyncGenerator<DatasetItem, void> {
  const items = typeof dataset === 'function' ? dataset(epoch) : dataset;
  if (typeof dataset !== 'function') assertStartsAnew(dataset);
  if (!isDataset(items)) {
    throw new ValueError(
      `fit: the dataset gives ${inWords(items)}; give an async iterable of { X, Y }.`,
    );
  }
  let count = 0;
  for await (const item of items as Items) {
    const { X, Y } = Object(item) as DatasetItem;
    if (X?.shape === undefined || Y?.shape === undefined) {
      throw new ValueError(`fit: item ${count} of the dataset is ${inWords(item)}; give { X, Y }.`);
    }
    if (count++ < skip) {
      X.dispose();
      Y.dispose();
      continue;
    }
    assertSamples(network, X, Y);
    yield { X, Y };
  }
  if (count === 0) throw new ShapeError(`fit: the dataset gives no samples for epoch ${epoch}.`);
}

/** A generator gives what it has once: the second epoch would be empty. */
function assertStartsAnew(items: Items): void {
  const generator = items as Partial<AsyncGenerator>;
  if (typeof generator.next !== 'function') return;
  throw new ValueError(
    'fit: the dataset is a generator, which gives its samples once. Give the function that makes it: fit(() => batches()).',
  );
}
