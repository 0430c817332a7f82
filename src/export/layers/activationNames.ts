import type { Activation } from '../../core/activation.js';
import * as activations from '../../core/activations.js';
import type { Described } from '../../core/kinds.js';

/** What each Keras calls an activation that is an option of a layer, beside its name in Keras 2. */
const aliases: Readonly<Record<string, Described>> = {
  silu: { kind: 'silu' },
  leaky_relu: { kind: 'leakyRelu', config: { alpha: 0.2 } },
  elu: { kind: 'elu' },
};

/** From Keras 3 on; before, it is another function: 0.2 Z + 0.5 between 0 and 1. */
const since3: Readonly<Record<string, Described>> = { hard_sigmoid: { kind: 'hardSigmoid' } };

/** The activation of a name, as Keras writes it: a string, or a function with its name. */
export function activationFrom(said: unknown, version: number): Described | undefined {
  const function_ = said as { class_name?: unknown; config?: unknown } | null;
  const isFunction = function_?.class_name === 'function';
  const name = isFunction ? function_.config : said;
  if (typeof name !== 'string') return undefined;
  const g = (Object.values(activations) as Activation[])
    .flatMap((one) => [one, ...variants(one)])
    .find(({ keras }) => 'activation' in keras && keras.activation === name);
  if (g) return described(g);
  const known = version >= 3 ? { ...aliases, ...since3 } : aliases;
  return Object.hasOwn(known, name) ? known[name] : undefined;
}

export const described = ({ name, config = {} }: Activation): Described =>
  Object.keys(config).length > 0 ? { kind: name, config } : { kind: name };

/** gelu has a second name for its other form. */
const variants = (g: Activation): Activation[] =>
  g === activations.gelu ? [activations.gelu({ approximate: 'tanh' }).activation] : [];
