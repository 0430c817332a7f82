import { appendFile, mkdir, readFile, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { ModelError } from '../../core/errors.js';
import { writeWhole } from '../../files/write.js';
import { type Checkpoint, decodeCheckpoint, encodeCheckpoint } from '../../training/checkpoint.js';
import type { TuneOptions } from '../commands/tune.js';
import type { TrainData } from '../train/data.js';

/** A candidate after a rung. */
export interface Result {
  /** Its place among the candidates. */
  readonly index: number;
  /** Epochs, or iterations, that it may have had. */
  readonly budget: number;
  /** Those that it has had: fewer where early stopping ended it. */
  readonly done: number;
  /** More is better; none if it diverged. */
  readonly score?: readonly number[];
  /** On the validation set. */
  readonly metrics?: Readonly<Record<string, number>>;
  /** The cost on the validation set after each epoch. */
  readonly curve: readonly (readonly [epoch: number, cost: number])[];
  /** Of its training, with those of the rungs before. */
  readonly seconds: number;
}

export const journalFile = (folder: string) => join(folder, 'tune.jsonl');
const stateFile = (folder: string, index: number) => join(folder, 'tune', `${index}.safetensors`);
export const ended = '{"done":true}';

/** What a search keeps on disk: a line a result, and the states of those that can still win. */
export class Journal {
  constructor(
    private readonly folder: string,
    readonly results: Result[],
  ) {}

  /** @throws ModelError where a search that was stopped lies in the folder. */
  static async begin(folder: string, options: TuneOptions, data: TrainData): Promise<Journal> {
    const before = await readFile(journalFile(folder), 'utf8').catch(() => '');
    if (before !== '' && !before.trimEnd().endsWith(ended)) {
      throw new ModelError(
        `${folder} holds a search that was stopped. Go on with --resume ${folder}, or give another folder with --save.`,
      );
    }
    const { json, report, save, resume, ...kept } = options;
    const { data: path, from } = kept;
    const asked = { ...kept, data: path && resolve(path), from: from && resolve(from) };
    await rm(join(folder, 'tune'), { recursive: true, force: true });
    const about = { options: asked, ...sums(data) };
    await writeWhole(journalFile(folder), `${JSON.stringify(about)}\n`, ModelError);
    return new Journal(folder, []);
  }

  find(index: number, budget: number): Result | undefined {
    return this.results.find((one) => one.index === index && one.budget === budget);
  }

  /** The last result of each candidate. */
  latest(): Result[] {
    return [...new Map(this.results.map((one) => [one.index, one])).values()];
  }

  async add(result: Result): Promise<void> {
    this.results.push(result);
    await mkdir(dirname(journalFile(this.folder)), { recursive: true });
    await appendFile(journalFile(this.folder), `${JSON.stringify(result)}\n`);
  }

  keep(index: number, checkpoint: Checkpoint): Promise<void> {
    return writeWhole(stateFile(this.folder, index), encodeCheckpoint(checkpoint), ModelError);
  }

  async state(index: number): Promise<Checkpoint | undefined> {
    const file = stateFile(this.folder, index);
    const bytes = await readFile(file).catch(() => undefined);
    return bytes && decodeCheckpoint(bytes, file).checkpoint;
  }

  drop(index: number): Promise<void> {
    return rm(stateFile(this.folder, index), { force: true });
  }

  async end(): Promise<void> {
    await appendFile(journalFile(this.folder), `${ended}\n`);
    await rm(join(this.folder, 'tune'), { recursive: true, force: true });
  }
}

/** By what data are known again. */
export const sums = ({ files, train }: TrainData) => ({
  files: files.map(({ sha256 }) => sha256),
  m: train.m,
});
