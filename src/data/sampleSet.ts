import { type Shape, sizeOf } from '../core/layer.js';

/** The file a set was read from. */
export interface SourceFile {
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** What a network is to tell of each sample: one of some classes, or numbers. */
export type Targets =
  | {
      readonly kind: 'classes';
      /** m indices into `classes`. */
      readonly labels: Int32Array;
      readonly classes: readonly string[];
    }
  | {
      readonly kind: 'numbers';
      /** m · names.length numbers, sample after sample. */
      readonly values: Float64Array;
      /** What the numbers are, such as the name of a column. */
      readonly names: readonly string[];
    };

/** m samples of one shape with their targets, from a file or a folder, not scaled. */
export interface SampleSet {
  /** Of one sample: [n] for rows of a table, [n_H, n_W, n_C] for pictures. */
  readonly shape: Shape;
  readonly m: number;
  readonly targets: Targets;
  /**
   * The numbers of some samples, one sample after the other. Bytes are those of pictures, from 0 to
   * 255; floats are as they were in the file. A missing value of a table is NaN until `fillMissing`.
   * They may come from a file on disk, and are the caller's.
   */
  take(indices: ArrayLike<number>): Uint8Array | Float32Array;
  /** Where sample i came from, for messages: `photos/red/IMG_1.jpg`, `row 12`. */
  origin(i: number): string;
}

/** A column of a table as inputs of a network. */
export type Column =
  | {
      readonly name: string;
      readonly kind: 'number';
      /** What stands for a missing value; without it, a missing value is an error. */
      readonly fill?: number;
    }
  /** One input for each of these words, 1 for the one that is there. */
  | {
      readonly name: string;
      readonly kind: 'words';
      readonly values: readonly string[];
      /** What stands for a missing word; without it, a missing word is an error. */
      readonly fill?: string;
    };

/** How new data becomes inputs of the network, as the training data did. */
export type InputForm =
  | {
      readonly kind: 'pictures';
      readonly height: number;
      readonly width: number;
      readonly channels: number;
    }
  | {
      readonly kind: 'table';
      readonly columns: readonly Column[];
      /** The columns of the target, which may be in new data too. */
      readonly target: readonly string[];
      /** Whether 1,5 is one and a half. */
      readonly decimalComma?: boolean;
    }
  | { readonly kind: 'array' };

/** Data as read: one set that is still to be split, or the parts it came in. */
export interface OwnData {
  readonly name: string;
  /** Of the file, such as `csv`. */
  readonly format: string;
  readonly train: SampleSet;
  readonly validation?: SampleSet;
  readonly test?: SampleSet;
  readonly input: InputForm;
  /** How the missing values, NaN in the samples, are to be filled once the data are split. */
  readonly missing?: Fill;
  readonly files: readonly SourceFile[];
  /** What was decided about the data and should be said, a sentence each. */
  readonly notes: readonly string[];
}

/** What stands for a missing number: the mean or the median of the training samples. */
export type Fill = 'mean' | 'median';

/** What the reader of a format may be told; each reads what concerns it. */
export interface ReadDataOptions {
  /** Names of the columns that are the target. Default: the last. */
  readonly target?: readonly string[];
  /** Default: by the target: classes for words and few whole numbers. */
  readonly task?: 'classification' | 'regression';
  /** What to do about missing values in a table. Default: an error that names the first ones. */
  readonly missing?: 'drop' | Fill;
  /** Names of columns that are no inputs, such as an id. */
  readonly leaveOut?: readonly string[];
  readonly decimalComma?: boolean;
  /** Whether a table's first row names its columns. Default: by what stands there. */
  readonly header?: boolean;
  /** Whether samples are rows or columns of a matrix. Default: by the number of labels. */
  readonly samples?: 'rows' | 'columns';
  /** The side that pictures of a folder are resized to. Default: 64. */
  readonly size?: number;
  readonly grey?: boolean;
  /** Leave out pictures that cannot be read, and say which. Default: an error that names them. */
  readonly skipBroken?: boolean;
  readonly onProgress?: (share: number) => void;
  readonly signal?: AbortSignal;
}

/** Samples whose numbers are in memory, one sample after the other. */
export function inMemory(
  values: Uint8Array | Float32Array,
  { shape, targets, origin }: Pick<SampleSet, 'shape' | 'targets' | 'origin'>,
): SampleSet {
  const size = sizeOf(shape);
  return {
    ...{ shape, targets, origin },
    m: values.length / size,
    take: (indices) => {
      const Values = values.constructor as new (length: number) => Uint8Array | Float32Array;
      const taken = new Values(indices.length * size);
      for (let k = 0; k < indices.length; k++) {
        const from = indices[k] * size;
        taken.set(values.subarray(from, from + size), k * size);
      }
      return taken;
    },
  };
}
