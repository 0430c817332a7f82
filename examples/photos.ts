// Pictures in folders, a folder a class: a convolutional network from code.
//   npx tsx examples/photos.ts [PICTURES] [MODEL]
//
// Without PICTURES it draws discs, squares and stripes into a folder. The command does the same and more:
// npx handgrad train --data PICTURES --augment flip,shift

import { mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  adam,
  categoricalCrossEntropy,
  conv2d,
  DeepNeuralNetwork,
  dense,
  flatten,
  initializers,
  maxPool2d,
  network,
  RandomState,
  relu,
  rescaling,
  softmax,
  useBackend,
} from 'handgrad';
import { readData, splitData, streamOf, toTensors } from 'handgrad/data';
import { PNG } from 'pngjs';

/** Whether (x, y) belongs to a thing of radius r around (0, 0). */
const shapes: Record<string, (x: number, y: number, r: number) => boolean> = {
  disc: (x, y, r) => x * x + y * y < r * r,
  square: (x, y, r) => Math.max(Math.abs(x), Math.abs(y)) < 0.8 * r,
  stripes: (x, y, r) => Math.abs(x) < r && Math.abs(y) < r && y - 6 * Math.floor(y / 6) < 3,
};

function drawPictures(folder: string, side = 32, count = 90): string {
  const random = new RandomState(1);
  for (const [name, isIn] of Object.entries(shapes)) {
    mkdirSync(join(folder, name), { recursive: true });
    for (let n = 0; n < count; n++) {
      const [dx, dy, size, ...tones] = random.rand(9);
      const [x, y, r] = [side * (0.35 + 0.3 * dx), side * (0.35 + 0.3 * dy), side * (0.2 + 0.15 * size)]; // biome-ignore format: a line
      const png = new PNG({ width: side, height: side });
      for (let i = 0; i < side * side; i++) {
        const at = isIn((i % side) - x, Math.floor(i / side) - y, r) ? 0 : 3;
        for (let k = 0; k < 3; k++) png.data[4 * i + k] = (at ? 0 : 155) + 100 * tones[at + k];
        png.data[4 * i + 3] = 255;
      }
      writeFileSync(join(folder, name, `${n}.png`), PNG.sync.write(png));
    }
  }
  return folder;
}

await useBackend('auto');
const pictures = process.argv[2] ?? drawPictures(join(tmpdir(), 'handgrad-shapes'));
const read = await readData(pictures, { size: 32 });
const data = splitData(read, { test: 0.2, random: new RandomState(1) });
const { classes } = data.train.targets as { classes: readonly string[] };
console.log(`${data.train.m} pictures to train, ${data.test!.m} to test: ${classes.join(', ')}`);

const conv = (filters: number) =>
  conv2d({ ...{ filters, kernelSize: 3, activation: relu }, initializer: initializers.he });
const model = new DeepNeuralNetwork(
  network({
    input: data.train.shape, // [32, 32, 3], bytes
    layers: [
      rescaling({ scale: 1 / 255 }),
      ...[conv(8), maxPool2d({ poolSize: 2 }), conv(16), maxPool2d({ poolSize: 2 })],
      ...[flatten(), dense(classes.length, softmax)],
    ],
    loss: categoricalCrossEntropy,
  }),
  { seed: 1 },
);

// Piece by piece: the pictures need not fit in memory.
const stream = streamOf(data.train, { windowSize: 64, seed: 1 });
await model.fit(stream, {
  optimizer: adam({ learningRate: 0.003 }),
  ...{ epochs: 12, batchSize: 16, verbose: 1 },
});

const test = toTensors(data.test!);
console.log(`${(100 * model.accuracyScore(test.X, test.Y)).toFixed(1)} % of the test pictures are told rightly`); // biome-ignore format: a line
const folder = process.argv[3] ?? join(tmpdir(), 'shapes-model');
await model.save(folder);
console.log(`saved in ${folder}`);
