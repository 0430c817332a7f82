/** What lies beside a saved model as card.json: how it came to be, and how to feed it. */
export interface Card {
  readonly name: string;
  readonly layers: readonly number[];
  readonly activations: readonly string[];
  readonly loss: string;
  readonly initializer: string;
  readonly seed: number;
  readonly hyperparameters: Readonly<Record<string, number | string>>;
  readonly dataSet: {
    readonly name: string;
    readonly train: FileCard;
    readonly test: FileCard;
  };
  /** By iteration. */
  readonly costs: Readonly<Record<string, number>>;
  /** In percent. */
  readonly accuracy: { readonly train: number; readonly test: number };
  /** Pictures are resized to this size, and their bytes scaled and laid out row by row, RGB. */
  readonly preprocessing: {
    readonly height: number;
    readonly width: number;
    readonly channels: number;
    readonly scale: string;
    readonly resize: string;
  };
  /** By label: 0, 1, … */
  readonly classNames: readonly string[];
  readonly versions: Readonly<Record<string, string>>;
}

export interface FileCard {
  readonly file: string;
  readonly sha256: string;
  /** Samples. */
  readonly m: number;
}
