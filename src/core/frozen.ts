import { type Activation, type ActivationLayer, activationLayer } from './activation.js';
import { type Backward, isPureLayer, type Layer, type Parameter, pureLayer } from './layer.js';
import { activated, partsOf } from './layers/activated.js';
import { asLayer } from './places.js';

/**
 * The same layer, but its parameters stay as they are:
 *
 * Y = layer(X), dX as the layer's, no gradient of a parameter
 *
 * for a layer whose parameters were learned before. Its kind, options and parameters are the layer's,
 * and so it is saved and exported as the layer itself; L1, L2 and `maxNorm` pass it over. As in Keras,
 * a batchNorm inside takes its running statistics and leaves them, also in blocks, and dropout goes on
 * dropping. A layer of your own with running statistics takes them where `given.frozen`. Freeze blocks
 * from outside: a frozen layer within is saved as the layer itself too.
 *
 * @throws ValueError if it is no layer.
 */
export function frozen(layer: Layer | Activation): Layer {
  const whole = asLayer('frozen: the layer', layer);
  const [step, through] = partsOf(whole);
  if (!through) return frozenStep(whole);
  // The pair stays one, so that a loss can fuse with the activation.
  const { activation } = through as ActivationLayer;
  const { parameters, forward, backward } = activated(
    frozenStep(step) as Layer<object>,
    activation,
  );
  return { ...whole, parameters, forward, backward };
}

function frozenStep(layer: Layer): Layer {
  const { activation } = layer as Partial<ActivationLayer>;
  if (activation && layer === activationLayer(activation)) return layer;
  const made: Layer = {
    ...layer,
    parameters: (input) => {
      const all = Object.entries(layer.parameters(input));
      const kept = all.map(([name, P]): [string, Parameter] => [name, { ...P, trained: false }]);
      return Object.fromEntries(kept);
    },
    forward: (X, given) => {
      const { Y, cache, state } = layer.forward(X, { ...given, frozen: true });
      return { Y, cache, ...(state && { state }) };
    },
    backward: (dY, given, cache, dState) => {
      const step = (): Backward => layer.backward(dY, { ...given, frozen: true }, cache, dState);
      // Where no state asks, nothing is computed until dX is.
      if (!layer.state) return { dX: () => step().dX(), grads: {} };
      const { dX, dState: ofStart } = step();
      return { dX, grads: {}, ...(ofStart && { dState: ofStart }) };
    },
  };
  return isPureLayer(layer) ? pureLayer(made) : made;
}
