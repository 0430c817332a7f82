/*
 * What the child process of Python answers. Numbers travel as base64: doubles of 'float32', whole
 * numbers of 'int32', bytes of 'bool', the little end first.
 */

export interface Packed {
  readonly shape: readonly number[];
  readonly dtype: 'float32' | 'int32' | 'bool';
  readonly data: string;
}

export type PackedPoint = Readonly<Record<string, Packed>>;

/** Which functions of a file are meant; undefined is found by its name. */
export interface FunctionNames {
  readonly forward?: string;
  readonly backward?: string;
  readonly cost?: string;
}

export type Request =
  | {
      readonly ask: 'load';
      readonly file: string;
      readonly names: FunctionNames;
      readonly reference?: string;
    }
  | {
      readonly ask: 'point';
      readonly point: PackedPoint;
      /** Of the dout that is drawn for a layer. */
      readonly seed: number;
      readonly differences: DifferenceSettings | null;
    };

export interface DifferenceSettings {
  /** Elements of each input; null is all that there is time for. */
  readonly samples: number | null;
  readonly seconds: number;
  readonly seed: number;
}

/** A process that answers. */
export interface PythonChild {
  /** @throws CheckError where the process cannot be started or ends without an answer. */
  ask(request: Request): Promise<unknown>;
  end(): void;
}

export interface Refusal {
  readonly error: { readonly message: string; readonly file?: string; readonly line?: number };
}

/** What a file holds. */
export interface LoadedFile {
  readonly python: string;
  readonly numpy: string;
  /** What a point is made of, by names: the inputs and parameters of the forward pass. */
  readonly leaves: readonly string[];
  readonly shapes: Readonly<Record<string, readonly (string | number)[]>>;
  readonly values: PackedPoint;
  /** Two more draws, where the file has a function that draws. */
  readonly draws: readonly PackedPoint[];
  /** Given arrays that stay as they are. */
  readonly fixed: readonly string[];
  /** { y: 'C' }: y holds whole numbers below C. */
  readonly classes: Readonly<Record<string, string | number>>;
  readonly labels: string | null;
  /** The text of the file, or of each cell, by the name that places give. */
  readonly sources: Readonly<Record<string, string>>;
  readonly notes: readonly string[];
}

/** What both passes give at a point. */
export interface PointAnswer {
  readonly kind: 'cost' | 'layer' | 'combined';
  /** The name of the forward function. */
  readonly forward: string;
  /** J, or Σ dout · out of a layer; null where it is not finite. */
  readonly objective: number | null;
  /** Those whose gradients are checked. */
  readonly leaves: readonly string[];
  /** What the backward pass calls the gradient of each. */
  readonly named: Readonly<Record<string, string>>;
  readonly hand: PackedPoint;
  /** Gradients of nothing that the check knows. */
  readonly extra: readonly string[];
  readonly outputs: Readonly<Record<string, readonly number[]>>;
  readonly differences?: Readonly<Record<string, PackedDifferences>>;
  readonly skipped?: number;
  /** By torch.autograd, of an autograd Function; there is no recording then. */
  readonly autodiff?: PackedPoint;
  readonly recording?: PackedRecording | { readonly error: string };
}

export interface PackedDifferences {
  readonly elements: readonly number[];
  readonly derivatives: Packed;
  /** Of a large one: a direction of length 1 over all elements, and the derivative along it. */
  readonly direction?: Packed;
  readonly along?: number;
}

type Id = number;

interface PackedPlace {
  readonly file: string;
  readonly line: number;
  readonly column?: number;
  readonly endLine?: number;
  readonly endColumn?: number;
}

export interface PackedOperation {
  readonly kernel: string;
  readonly attrs: Readonly<Record<string, unknown>>;
  readonly inputs: Readonly<Record<string, Id>>;
  readonly outputs: readonly Id[];
  readonly place: PackedPlace | null;
}

/** Both passes as kernels, one after another. */
export interface PackedRecording {
  /** Inputs and constants. */
  readonly values: readonly (Packed & { readonly id: Id })[];
  readonly operations: readonly PackedOperation[];
  /** How many of them are the forward pass. */
  readonly split: number;
  readonly inputs: Readonly<Record<string, Id>>;
  readonly seeds: Readonly<Record<string, Id>>;
  readonly outputs: Readonly<Record<string, Id>>;
  readonly objective: Id;
  /** By the names that the backward pass gives; empty where the recording is not what the code does. */
  readonly hand: Readonly<Record<string, Id>>;
  readonly cache: readonly { readonly name: string; readonly id: Id }[];
  readonly names: readonly PackedName[];
  /** What no kernel does: there autodiff ends. */
  readonly stops: readonly PackedStop[];
  /** Inputs that the code changes in place. */
  readonly written: readonly { readonly name: string; readonly line?: number }[];
}

export interface PackedName {
  readonly name: string;
  readonly id: Id;
  readonly function: string;
  readonly file: string;
  readonly line: number;
  readonly after: number;
}

export interface PackedStop {
  readonly what: string;
  readonly after: number;
  readonly file?: string;
  readonly line?: number;
}
