import { type ActivationLayer, activationLayer } from './activation.js';
import type { Network } from './definition.js';
import { isPureLayer, type Layer } from './layer.js';
import { placesOf } from './places.js';
import { isPure } from './pure.js';

/** The parts of a training step. */
interface Parts {
  readonly network: Network;
  readonly optimizer: { readonly name: string; readonly update: unknown };
}

/** The name of the first part that is not known to be pure; undefined if all are. */
export function impurePart({ network, optimizer }: Parts): string | undefined {
  return isPure(optimizer.update) ? impureNetwork(network) : optimizer.name;
}

/** The same of what gives gradients: the layers and the loss. */
export function impureNetwork(network: Network): string | undefined {
  const layer = impureLayer(network);
  if (layer !== undefined) return layer;
  const { loss } = network;
  return isPureLayer(loss) && (!loss.fused || isPureLayer(loss.fused)) ? undefined : loss.name;
}

/** The same of the layers alone, which are all that a forward pass runs. */
export function impureLayer({ layers, input }: Network): string | undefined {
  const place = placesOf(layers, input).find(({ layer }) => !isKnown(layer));
  return place && (place.l > 0 ? `layer ${place.l}` : place.layer.kind);
}

/** An activation's functions may have been marked after its layer was made. */
function isKnown(layer: Layer): boolean {
  if (isPureLayer(layer)) return true;
  const { activation } = layer as Partial<ActivationLayer>;
  return (
    activation !== undefined && layer === activationLayer(activation) && isPureLayer(activation)
  );
}
