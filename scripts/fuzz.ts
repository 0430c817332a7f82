import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { useBackend } from '../src/runtime/backends.js';
import { commandLine } from './commandLine.js';
import { mutatedInside } from './fuzz/inside.js';
import { mutated } from './fuzz/mutate.js';
import { Random } from './fuzz/random.js';
import { type Outcome, Runner } from './fuzz/runner.js';
import { allSeeds, type Seed } from './fuzz/seeds.js';

/*
 * Changes whole files of every format, and reads them in a process of its own:
 *
 *     npm run fuzz -- [--minutes 10] [--files N] [--format model.npz] [--seed 1]
 *
 * A fault is an error that is not handgrad's, more than 2 s of the processor, more than 512 MB, or a
 * process that ends. Each file that shows a new one is kept in __tests__/corpus, which a test reads again.
 */

const usage = 'npm run fuzz -- [--minutes 10] [--files N] [--format model.npz] [--seed 1]';
const { values } = commandLine(usage, {
  options: {
    minutes: { type: 'string', default: '10' },
    files: { type: 'string', default: '1000000000' },
    format: { type: 'string' },
    seed: { type: 'string', default: '1' },
  },
});

const corpus = fileURLToPath(new URL('../__tests__/corpus', import.meta.url));
const folder = join(tmpdir(), `handgrad-fuzz-${process.pid}`);
const random = new Random(Number(values.seed));
await useBackend('cpu');
const seeds = await allSeeds();
const formats = values.format ? [values.format] : Object.keys(seeds);
const unknown = formats.find((name) => !(name in seeds));
if (unknown)
  throw new Error(`There is no format ${unknown}; there are ${Object.keys(seeds).join(', ')}.`);

interface Count {
  tried: number;
  read: number;
  refused: number;
  faults: number;
}
const counts = new Map<string, Count>(
  formats.map((name) => [name, { tried: 0, read: 0, refused: 0, faults: 0 }]),
);
const seen = new Set<string>();
const runner = new Runner();
const end = Date.now() + 60_000 * Number(values.minutes);
let tried = 0;
for (; tried < Number(values.files) && Date.now() < end; tried++) {
  const format = formats[tried % formats.length];
  const changed = changedSeed(random.of(seeds[format]));
  const path = write(format, changed);
  const outcome = await runner.run({ format, path });
  const count = counts.get(format)!;
  count.tried++;
  if (outcome.fault) count.faults++;
  else if (outcome.end === 'read') count.read++;
  else count.refused++;
  if (outcome.fault) note(format, changed, outcome);
  if (tried % 2000 === 1999) console.error(`${tried + 1} tried`);
}
runner.stop();
console.log('format                      tried    read refused  faults');
for (const [name, count] of counts) {
  const numbers = [count.tried, count.read, count.refused, count.faults];
  console.log(`${name.padEnd(26)}${numbers.map((n) => String(n).padStart(7)).join(' ')}`);
}
const total = [...counts.values()].reduce((sum, { faults }) => sum + faults, 0);
console.log(`${tried} files, ${total} faults, ${seen.size} of different kinds`);
process.exitCode = total === 0 ? 0 : 1;

function changedSeed(seed: Seed): Seed {
  if (!(seed instanceof Uint8Array)) {
    const name = random.of(Object.keys(seed));
    return { ...seed, [name]: mutated(seed[name], random) };
  }
  const inside = random.next() < 0.6 ? mutatedInside(seed, random) : undefined;
  return inside ?? mutated(seed, random);
}

/** Writes a file in a folder of its own. idx files have their labels beside them. */
function write(format: string, seed: Seed): string {
  const own = join(folder, String(tried));
  mkdirSync(own, { recursive: true });
  if (!(seed instanceof Uint8Array)) {
    for (const [name, bytes] of Object.entries(seed)) writeFileSync(join(own, name), bytes);
    return own;
  }
  writeFileSync(join(own, format), seed);
  if (!format.startsWith('train-images')) return join(own, format);
  writeFileSync(
    join(own, 'train-labels-idx1-ubyte'),
    Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 4, 0, 1, 0, 1),
  );
  return own;
}

/** Keeps a file that shows a fault of a new kind: by where it was thrown, else by its name. */
function note(format: string, seed: Seed, { fault, message, cpu, megabytes }: Outcome): void {
  const where = /at .*?([\w.]+\.[tj]s:\d+)/.exec(message)?.[1] ?? '';
  const kind = `${format} ${fault} ${where}`;
  if (seen.has(kind)) return;
  seen.add(kind);
  console.log(
    `${kind}: ${message.split('\n')[0].slice(0, 160)} ${cpu.toFixed(0)} ms ${megabytes.toFixed(0)} MB`,
  );
  for (const [name, bytes] of Object.entries(
    seed instanceof Uint8Array ? { [format]: seed } : seed,
  )) {
    const hash = createHash('sha256').update(kind).digest('hex').slice(0, 8);
    const path = join(corpus, `${format}-${fault}-${hash}`, name);
    mkdirSync(dirname(path), { recursive: true });
    if (bytes.length <= 2 ** 18) writeFileSync(path, bytes);
  }
}
