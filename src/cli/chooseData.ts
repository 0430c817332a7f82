import { HandgradError } from '../core/errors.js';
import { catSetIsIn, downloadCatSet } from '../data/catSet.js';
import type { Dataset } from '../data/dataset.js';
import { loadDataset } from '../data/datasetFolder.js';
import { embeddedDataset } from '../data/embedded.js';
import { inThisCommand, say } from './terminal.js';

const folder = 'data';
const patienceMs = 5000;

/**
 * The data set that a command works on, and a line that says which: the folder that was asked for,
 * else the cat set in data/, else the cat set from the network, else the embedded one.
 */
export async function chooseData(
  asked: string | undefined,
  signal?: AbortSignal,
): Promise<Dataset> {
  if (asked !== undefined) return announce(await loadDataset(asked), `from ${asked}`);
  if (await catSetIsIn(folder)) return announce(await loadDataset(folder), `from ${folder}/`);
  try {
    await downloadCatSet({
      to: folder,
      from: process.env.HANDGRAD_DATA_URL,
      stallMs: patienceMs,
      signal,
    });
    return announce(await loadDataset(folder), `downloaded to ${folder}/`);
  } catch (error) {
    if (!(error instanceof HandgradError) || signal?.aborted) throw error;
    const dataset = announce(
      await embeddedDataset(),
      'drawn by handgrad itself, since the real cat set is not here and could not be downloaded',
    );
    say(`      ${inThisCommand(error.message)}`);
    return dataset;
  }
}

function announce(dataset: Dataset, where: string): Dataset {
  const { name, train, test } = dataset;
  const size = `${train.height}x${train.width}x${train.channels}`;
  say(`Data: ${name}, ${where}: ${train.m} pictures to train and ${test.m} to test, ${size}`);
  return dataset;
}
