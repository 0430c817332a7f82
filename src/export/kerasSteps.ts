import type { Activation, KerasStep } from '../core/activation.js';

type Separate = Exclude<Activation['keras'], { readonly activation: string }>;

/** The layers of layer l's activation where it is not an option of Dense, with their names. */
export function kerasSteps(keras: Separate, l: number) {
  const steps: readonly KerasStep[] = 'layers' in keras ? keras.layers : [keras];
  return steps.map((step, i) => ({ ...step, name: `activation_${l}${i > 0 ? `_${i}` : ''}` }));
}
