// A table: from a CSV file to a network that fills in the species of a penguin, saved for a web page.
//   npx tsx examples/table.ts [FOLDER]
//
// penguins.csv holds 120 penguins that a formula made up: an island, four measures, the species. Some were
// not weighed. The command does the same and more: npx handgrad train --data examples/penguins.csv --missing median

import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  adam,
  categoricalCrossEntropy,
  DeepNeuralNetwork,
  dense,
  network,
  RandomState,
  relu,
  softmax,
  useBackend,
} from 'handgrad';
import { fitScaling, readData, splitData, toTensors } from 'handgrad/data';

await useBackend('wasm');
const file = fileURLToPath(new URL('penguins.csv', import.meta.url));
const read = await readData(file, { target: ['species'], missing: 'median' });
for (const note of read.notes) console.log(note);

// Each species in its share in every part. What is missing becomes the median of the training rows.
const data = splitData(read, { test: 0.2, validation: 0.2, random: new RandomState(1) });
const [train, validation, test] = [data.train, data.validation!, data.test!].map((part) =>
  toTensors(part),
);

// The scaling is the network's first layer, so that the saved model takes the numbers of the table.
const { layer: scale } = fitScaling(data.train);
const model = new DeepNeuralNetwork(
  network({
    input: data.train.shape, // 4 numbers, and one for each island
    layers: [scale!, dense(16, relu), dense(3, softmax)],
    loss: categoricalCrossEntropy,
  }),
  { seed: 1 },
);
const { history } = await model.fit(train.X, train.Y, {
  optimizer: adam({ learningRate: 0.01 }),
  ...{ epochs: 200, batchSize: 16 },
  validationData: [validation.X, validation.Y],
  earlyStopping: { patience: 20 },
});
console.log(`trained for ${history.cost.length} epochs`);
const percent = (100 * model.accuracyScore(test.X, test.Y)).toFixed(1);
console.log(`${percent} % of ${data.test!.m} test penguins are named rightly`);

const folder = process.argv[2] ?? join(tmpdir(), 'penguins');
await model.save(folder);
console.log(`saved in ${folder}`);
