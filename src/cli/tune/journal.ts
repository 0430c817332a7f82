import { existsSync, readFileSync } from 'node:fs';
import { appendFile, mkdir, readFile, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { ModelError } from '../../core/errors.js';
import { type Schema, whole } from '../../core/schema.js';
import { writeWhole } from '../../files/write.js';
import { FolderStore } from '../../jobs/folderStore.js';
import { type Hash, hashOf, hashSchema } from '../../jobs/store.js';
import { type Checkpoint, decodeCheckpoint } from '../../training/checkpoint.js';
import type { TuneOptions } from '../commands/tune.js';
import { whatIsSought } from '../jobs/howRun.js';
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
const stateFolder = (folder: string) => join(folder, 'tune');
/** Which state is whose, a line each: the last one counts. */
const statesFile = (folder: string) => join(stateFolder(folder), 'states.jsonl');
export const ended = '{"done":true}';

/** What a search keeps on disk: a line a result, and the states of those that can still win. */
export class Journal {
  /** The states, by their hashes. Jobs take them there and put them there. */
  readonly store: FolderStore;
  private readonly states: Map<number, Hash>;

  constructor(
    private readonly folder: string,
    readonly results: Result[],
  ) {
    this.store = new FolderStore(stateFolder(folder));
    this.states = new Map(statesIn(statesFile(folder)));
  }

  /** @throws ModelError where a search that was stopped lies in the folder. */
  static async begin(folder: string, options: TuneOptions, data: TrainData): Promise<Journal> {
    const before = await readFile(journalFile(folder), 'utf8').catch(() => '');
    if (before !== '' && !before.trimEnd().endsWith(ended)) {
      throw new ModelError(
        `${folder} holds a search that was stopped. Go on with --resume ${folder}, or give another folder with --save.`,
      );
    }
    const { json, report, save, resume, ...kept } = whatIsSought(options);
    const { data: path, from } = kept;
    const asked = { ...kept, data: path && resolve(path), from: from && resolve(from) };
    await rm(stateFolder(folder), { recursive: true, force: true });
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

  /** Writes down where a candidate stands; the state before is gone. */
  async keep(index: number, state: Hash): Promise<void> {
    const before = this.states.get(index);
    if (before === state) return;
    this.states.set(index, state);
    await mkdir(stateFolder(this.folder), { recursive: true });
    await appendFile(statesFile(this.folder), `${JSON.stringify([index, state])}\n`);
    if (before && ![...this.states.values()].includes(before)) await this.store.drop(before);
  }

  stateOf(index: number): Hash | undefined {
    return this.states.get(index);
  }

  async state(index: number): Promise<Checkpoint | undefined> {
    const hash = this.states.get(index);
    if (hash === undefined) return undefined;
    return decodeCheckpoint(await this.store.get(hash), this.store.path(hash)).checkpoint;
  }

  async drop(index: number): Promise<void> {
    const hash = this.states.get(index);
    this.states.delete(index);
    // Two candidates may stand at the same.
    if (hash && ![...this.states.values()].includes(hash)) await this.store.drop(hash);
  }

  async end(): Promise<void> {
    await appendFile(journalFile(this.folder), `${ended}\n`);
    await rm(stateFolder(this.folder), { recursive: true, force: true });
  }
}

const stateLine: Schema<[number, Hash]> = (value, place) => {
  const [index, hash] = Array.isArray(value) && value.length === 2 ? value : [];
  return [whole(0, 1e9)(index, place), hashSchema(hash, place)];
};

/**
 * What is whose state, and is there: the last line may have been cut off, and a state gone.
 *
 * @throws ModelError for a line that is damaged
 */
function statesIn(file: string): [number, Hash][] {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').split('\n').slice(0, -1);
  const states = lines.map((line, i) => {
    try {
      return stateLine(JSON.parse(line), 'The line');
    } catch {
      throw new ModelError(
        `Line ${i + 1} of ${file} is damaged: it should say a candidate and the hash of its state. Remove that line, and go on: its candidate begins anew.`,
      );
    }
  });
  return states.filter(([, hash]) => existsSync(join(dirname(file), hash)));
}

/** By what data are known again. */
export const sums = ({ files, train }: Pick<TrainData, 'files' | 'train'>) => ({
  files: files.map(({ sha256 }) => sha256),
  m: train.m,
});

export const hashOfSums = (data: Pick<TrainData, 'files' | 'train'>): Hash =>
  hashOf(new TextEncoder().encode(JSON.stringify(sums(data))));
