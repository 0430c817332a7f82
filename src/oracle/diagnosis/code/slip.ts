import type { NdArray } from '../../../float64/array.js';
import { list } from '../../../text/words.js';
import type { Operation, Value } from '../../recording.js';
import type { Factor } from './factor.js';
import { nameOf, quoted } from './names.js';
import type { Gradients } from './reverse.js';
import type { Words } from './said.js';
import type { Group } from './scene.js';
import type { Stage } from './stage.js';
import { short } from './text.js';

/** A call of the forward pass: what may be done wrong when the gradient goes back through it. */
export interface Step {
  readonly stage: Stage;
  readonly group: Group;
  /** Its last occurrence. */
  readonly operation: Operation;
  /** The inputs that the gradient goes on to. */
  readonly used: readonly string[];
  /** The values that depend on X or the parameters. */
  readonly variable: ReadonlySet<Value>;
  readonly factors: readonly Factor[];
}

/** One use of a value in the forward pass, as the gradient comes back to it. */
export interface Use {
  readonly stage: Stage;
  readonly group: Group;
  readonly operation: Operation;
  readonly index: number;
  readonly input: string;
  readonly dY: NdArray;
  /** What the use gives to the gradient of the input by the chain rule. */
  own(): NdArray | undefined;
}

/** What the words about a slip are made of. */
export interface Told {
  readonly stage: Stage;
  readonly group: Group;
  readonly operation: Operation;
  /** dW1, db1 */
  readonly where: string;
  /** `tf.tanh(z)`, in quotes */
  readonly text: string;
  /** Whether it is one gradient that is wrong. */
  readonly isOne: boolean;
  name(value: Value): string;
}

/** One thing done wrong in the reverse pass over a call, in all iterations of a loop alike. */
export interface Slip {
  readonly kind: string;
  readonly key: string;
  /** What a use gives instead. */
  contribute?(use: Use): NdArray | undefined;
  /** All gradients, where it is not one use that differs. */
  reverse?(stage: Stage, group: Group): Gradients;
  say(told: Told): Words;
}

export interface SlipProposal {
  readonly cost: number;
  readonly slip: Omit<Slip, 'key'>;
}

/** A kind of slip: which slips of it come into question at a call of the forward pass. */
export interface SlipKind {
  readonly name: string;
  proposals(step: Step): readonly SlipProposal[];
}

export function told(stage: Stage, key: string, wrong: readonly string[]): Told {
  const group = stage.forwardGroups.find((one) => one.key === key)!;
  const operation = stage.scene.forward[group.at[0]];
  const name = (value: Value) => short(nameOf(stage, value) ?? 'its input');
  const text = quoted(stage, operation);
  return { stage, group, operation, where: list(wrong), text, isOne: wrong.length === 1, name };
}

/** dW1 lacks; dW1 and db1 lack */
export const lacks = ({ where, isOne }: Told) => `${where} ${isOne ? 'lacks' : 'lack'}`;

/** f of what a use gives, where it gives anything. */
export const changed = (part: NdArray | undefined, f: (part: NdArray) => NdArray | undefined) =>
  part && f(part);
