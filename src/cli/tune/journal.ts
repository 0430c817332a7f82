import { appendFile, mkdir, readFile, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { DataError, ModelError, ValueError } from '../../core/errors.js';
import { unreadable } from '../../files/reason.js';
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
  /** More is better; none if it diverged. */
  readonly score?: readonly number[];
  /** On the validation set. */
  readonly metrics?: Readonly<Record<string, number>>;
  readonly seconds: number;
}

const fileIn = (folder: string) => join(folder, 'tune.jsonl');
const stateFile = (folder: string, index: number) => join(folder, 'tune', `${index}.safetensors`);

/** What a search keeps on disk: a line a result, and the states of those that can still win. */
export class Journal {
  private constructor(
    private readonly folder: string,
    readonly results: Result[],
  ) {}

  /** @throws ModelError where a search that was stopped lies in the folder. */
  static async begin(folder: string, options: TuneOptions, data: TrainData): Promise<Journal> {
    const before = await readFile(fileIn(folder), 'utf8').catch(() => '');
    if (before !== '' && !before.trimEnd().endsWith('{"done":true}')) {
      throw new ModelError(
        `${folder} holds a search that was stopped. Go on with --resume ${folder}, or give another folder with --save.`,
      );
    }
    const { json, report, save, resume, ...kept } = options;
    const about = { options: { ...kept, data: kept.data && resolve(kept.data) }, ...sums(data) };
    await rm(join(folder, 'tune'), { recursive: true, force: true });
    await writeWhole(fileIn(folder), `${JSON.stringify(about)}\n`, ModelError);
    return new Journal(folder, []);
  }

  /** The search that was stopped in a folder, and what it was asked. */
  static async resume(folder: string, given: readonly string[]) {
    const other = given.find((name) => !['resume', 'report', 'json'].includes(name));
    if (other !== undefined) {
      const flag = other.replace(/[A-Z0-9]/g, (c) => (/\d/.test(c) ? c : `-${c.toLowerCase()}`));
      throw new ValueError(
        `--resume goes on with the options that the search began with. Leave out --${flag}.`,
      );
    }
    const file = fileIn(folder);
    const text = await readFile(file, 'utf8').catch((error) => {
      throw new ModelError(`${file} ${unreadable(error)}: no search lies in ${folder}.`);
    });
    // A line that was being written when the machine stopped has no end.
    const whole = text.slice(0, text.lastIndexOf('\n') + 1);
    if (whole !== text) await writeWhole(file, whole, ModelError);
    const [about, ...results] = whole
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line));
    if (results.at(-1)?.done) {
      throw new ModelError(`The search in ${folder} has ended: there is nothing to go on with.`);
    }
    const assertSame = (data: TrainData) => {
      if (JSON.stringify(sums(data)) === JSON.stringify({ files: about.files, m: about.m })) return;
      throw new DataError('The data have changed since the search began. Put the files back.');
    };
    return {
      journal: new Journal(folder, results as Result[]),
      options: { ...about.options, save: folder } as TuneOptions,
      assertSame,
    };
  }

  find(index: number, budget: number): Result | undefined {
    return this.results.find((one) => one.index === index && one.budget === budget);
  }

  async add(result: Result): Promise<void> {
    this.results.push(result);
    await mkdir(dirname(fileIn(this.folder)), { recursive: true });
    await appendFile(fileIn(this.folder), `${JSON.stringify(result)}\n`);
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
    await appendFile(fileIn(this.folder), '{"done":true}\n');
    await rm(join(this.folder, 'tune'), { recursive: true, force: true });
  }
}

const sums = ({ files, train }: TrainData) => ({
  files: files.map(({ sha256 }) => sha256),
  m: train.m,
});
