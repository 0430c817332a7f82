/**
 * One step of one number, in plain double precision, for every rule at once:
 *
 *     g = dW + k W                   weight decay, coupled
 *     v = β1 v + (1 - β1) g          first moment, where the rule has one, else v = g
 *     s = β2 s + (1 - β2) g²         second moment, where the rule has one
 *     W := W - α v̂ / (√ŝ + ε)        without a second moment W := W - α v
 *                                    ahead: W := W - α (β1 v + (1 - β1) g)
 *
 * where v̂ = v / (1 - β1^t) and ŝ = s / (1 - β2^t). A recipe says which of it takes place and how;
 * so a mistake is a recipe with one thing changed.
 */
export interface Recipe {
  readonly alpha: number;
  readonly first?: Moment;
  readonly second?: Moment;
  /** Whether the step goes on with the first moment: Nesterov's. */
  readonly ahead?: boolean;
  /** √ŝ + ε; √(ŝ + ε); or √s + ε, and the correction afterwards. */
  readonly epsilonPlace: 'outside' | 'inside' | 'uncorrected';
  readonly epsilon: number;
  readonly root: boolean;
  /** The t of the bias correction in step t = 1, 2, … */
  clock(t: number): number;
  readonly decay: Decay;
}

export interface Moment {
  readonly beta: number;
  /** What the gradient is multiplied by: 1 - β, or 1. */
  readonly gain: number;
  readonly power: 1 | 2;
  /** The β of 1 - β^t; absent where nothing is corrected. */
  readonly correction?: number;
  /** Whether the next step sees it. */
  readonly carried: boolean;
  /** Whether the step takes the moment of the step before. */
  readonly late: boolean;
  /** Whether the next step sees it corrected. */
  readonly keepsCorrected: boolean;
}

export interface Decay {
  /** g = dW + coupled W */
  readonly coupled: number;
  /** W := … - α decoupled W */
  readonly decoupled: number;
  /** W := … - bare W, without the learning rate */
  readonly bare: number;
  /** Whether biases decay as well. */
  readonly biases: boolean;
}

/** What a number remembers from step to step. */
export interface Memory {
  readonly v: number;
  readonly s: number;
}

export const nothing: Memory = { v: 0, s: 0 };

/** The number after step t, and what it remembers. */
export function advance(
  recipe: Recipe,
  W: number,
  dW: number,
  memory: Memory,
  t: number,
  isBias: boolean,
): { W: number; memory: Memory } {
  const { alpha, decay } = recipe;
  const decays = decay.biases || !isBias;
  const g = decays ? dW + decay.coupled * W : dW;
  const first = recipe.first && moment(recipe.first, memory.v, g, recipe.clock(t));
  const second = recipe.second && moment(recipe.second, memory.s, g, recipe.clock(t));

  const v = first && recipe.first ? along(recipe, recipe.first, first, g) : g;
  const direction = second ? v / denominator(recipe, second) : v;
  const decayed = decays ? (alpha * decay.decoupled + decay.bare) * W : 0;
  return {
    W: W - alpha * direction - decayed,
    memory: { v: first?.next ?? 0, s: second?.next ?? 0 },
  };
}

/** v̂, or β v + (1 - β) g. */
const along = (
  { ahead }: Recipe,
  { beta, gain }: Moment,
  { value, bias }: { value: number; bias: number },
  g: number,
): number => (ahead ? beta * value + gain * g : value / bias);

/** The moment as the step takes it, 1 - β^t, and the moment as the next step finds it. */
function moment(m: Moment, before: number, g: number, t: number) {
  const fresh = m.beta * before + m.gain * g ** m.power;
  const bias = m.correction === undefined ? 1 : 1 - m.correction ** t;
  const kept = m.keepsCorrected ? fresh / bias : fresh;
  return { value: m.late ? before : fresh, bias, next: m.carried ? kept : 0 };
}

function denominator(
  { epsilon, epsilonPlace, root }: Recipe,
  { value, bias }: { value: number; bias: number },
): number {
  const r = root ? Math.sqrt : (x: number) => x;
  switch (epsilonPlace) {
    case 'outside':
      return r(value / bias) + epsilon;
    case 'inside':
      return r(value / bias + epsilon);
    case 'uncorrected':
      return (r(value) + epsilon) / r(bias);
  }
}
