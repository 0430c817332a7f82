/*
 * Run as a process of its own: reads a folder of pictures of one colour a class again and again, and
 * ends with a message where a sample is not that colour. Usage: node --import tsx cacheChild.ts FOLDER TIMES
 */
import { readData } from '../../../src/data/readData.js';

const [folder, times] = process.argv.slice(2);
for (let time = 0; time < Number(times); time++) {
  const { train } = await readData(folder, { size: 4 });
  // The other process makes room for its own meanwhile.
  await new Promise((done) => setTimeout(done, 5));
  if (train.targets.kind !== 'classes') throw new Error('The targets are numbers.');
  for (let i = 0; i < train.m; i++) {
    const colour = Number(train.targets.classes[train.targets.labels[i]]);
    if (!train.take([i]).every((value) => value === colour))
      throw new Error(`sample ${i} is wrong`);
  }
}
