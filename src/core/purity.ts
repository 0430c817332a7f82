import * as activations from './activations.js';
import { isDense } from './layers.js';
import * as losses from './losses.js';
import type { Network } from './network.js';
import { isPure } from './pure.js';

/** The parts of a training step. */
interface Parts {
  readonly network: Network;
  readonly optimizer: { readonly name: string; readonly update: unknown };
}

/** The name of the first part that is not known to be pure; undefined if all are. */
export function impurePart({ network: { layers, loss }, optimizer }: Parts): string | undefined {
  if (!isPure(optimizer.update)) return optimizer.name;
  for (const [i, layer] of layers.entries()) {
    if (!isDense(layer) && !arePure(layer)) return `layer ${i + 1}`;
    const { activation } = layer;
    if (!isOneOf(activations, activation) && !arePure(activation)) return activation.name;
  }
  const fusedIsKnown = !loss.fused || isOneOf(fusedLosses, loss.fused) || arePure(loss.fused);
  return (isOneOf(losses, loss) || arePure(loss)) && fusedIsKnown ? undefined : loss.name;
}

interface TwoWay {
  readonly forward: unknown;
  readonly backward: unknown;
}

const fusedLosses = Object.fromEntries(
  Object.entries(losses).flatMap(([name, { fused }]) => (fused ? [[name, fused]] : [])),
);

/** Whether both functions are those of one of handgrad's own: a copy with another function is not. */
const isOneOf = (known: Readonly<Record<string, TwoWay>>, { forward, backward }: TwoWay) =>
  Object.values(known).some((one) => one.forward === forward && one.backward === backward);

const arePure = ({ forward, backward }: TwoWay) => isPure(forward) && isPure(backward);
