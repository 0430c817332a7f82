import type { ActivationLayer } from './activation.js';
import { type Network, placesOf } from './definition.js';
import { isPureLayer } from './layer.js';
import { isPure } from './pure.js';

/** The parts of a training step. */
interface Parts {
  readonly network: Network;
  readonly optimizer: { readonly name: string; readonly update: unknown };
}

/** The name of the first part that is not known to be pure; undefined if all are. */
export function impurePart({ network, optimizer }: Parts): string | undefined {
  if (!isPure(optimizer.update)) return optimizer.name;
  const place = placesOf(network).find(({ layer }) => !isPureLayer(layer));
  if (place) {
    const { activation } = place.layer as Partial<ActivationLayer>;
    return activation?.name ?? (place.l > 0 ? `layer ${place.l}` : place.name);
  }
  const { loss } = network;
  return isPureLayer(loss) && (!loss.fused || isPureLayer(loss.fused)) ? undefined : loss.name;
}
