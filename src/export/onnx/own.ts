import { type Shape, sizeOf } from '../../core/layer.js';
import type { Network } from '../../core/network.js';
import { parametersOf } from '../../core/parameters.js';
import type { Values } from '../layers/words.js';
import type { Attribute, OnnxNode } from './graph.js';
import type { AttributeValue, ParsedModel } from './model.js';
import { type Written, writeOnnx } from './write.js';

/*
 * A file that handgrad has written holds each parameter as the writer has put it: permuted, cut in
 * gates, with another sign. What it does is read off it: it writes the network once more with each
 * number in place of itself, and where that lands in the file is where the parameter lies.
 */

/** Above all numbers that the writer itself puts into a graph, and no whole number as those are. */
const mark = 2 ** 20 + 0.5;
/** The numbers of a parameter in two parts, each exact in float32. */
const base = 4096;

/** The parameters; undefined if the graph is not the one that the network is written as. */
export function ownParameters(network: Network, model: ParsedModel): Values | undefined {
  const parameters = Object.entries(parametersOf(network));
  // No more numbers than the file holds are written three times.
  const held = [...model.constants.values()].reduce((sum, { values }) => sum + values.length, 0);
  if (parameters.reduce((sum, [, { shape }]) => sum + sizeOf(shape), 0) > held) return undefined;
  const places = (of: (parameter: number, at: number) => number) =>
    writeOnnx(
      network,
      Object.fromEntries(
        parameters.map(([name, { shape }], i) => [
          name,
          Float32Array.from({ length: sizeOf(shape) }, (_, at) => of(i, at)),
        ]),
      ),
    );
  const which = places((parameter) => mark + parameter);
  if (!isSame(which, model)) return undefined;
  const [low, high] = [places((_, at) => at % base), places((_, at) => Math.floor(at / base))];
  const values = parameters.map(([, { shape }]) => new Float32Array(sizeOf(shape)));
  for (const [t, tensor] of which.tensors.entries()) {
    const stored = model.constants.get(tensor.name)?.values;
    if (!stored || tensor.values instanceof BigInt64Array) continue;
    const parts = [low, high].map(({ tensors }) => tensors[t].values as Float32Array);
    for (const [i, marked] of tensor.values.entries()) {
      const parameter = Math.abs(marked) - mark;
      if (!(parameter >= 0 && parameter < values.length && Number.isInteger(parameter))) continue;
      const at = Math.abs(parts[0][i]) + base * Math.abs(parts[1][i]);
      values[parameter][at] = marked < 0 ? -stored[i] : stored[i];
    }
  }
  return Object.fromEntries(parameters.map(([name], i) => [name, values[i]]));
}

function isSame({ nodes, tensors, last }: Written, model: ParsedModel): boolean {
  // The reader folds what is made of constants alone.
  const isFolded = ({ outputs: [output] }: OnnxNode) => model.constants.has(output);
  const told = nodes
    .filter((node) => !isFolded(node))
    .map(({ op, inputs, outputs, attributes }) => ({
      ...{ op, inputs, outputs },
      attributes: Object.entries(attributes).map(([name, one]) => [name, plain(one)]),
    }));
  const read = model.nodes.map(({ op, inputs, outputs, attributes }) => ({
    ...{ op, inputs, outputs, attributes: [...attributes].map(([name, of]) => [name, of]) },
  }));
  const isHeld = ({ name, shape }: { name: string; shape: Shape }) =>
    String(model.constants.get(name)?.shape) === String(shape);
  return (
    last === model.output && JSON.stringify(told) === JSON.stringify(read) && tensors.every(isHeld)
  );
}

/** As it comes back from a file. */
function plain(attribute: Attribute): AttributeValue {
  const [value] = Object.values(attribute) as AttributeValue[];
  return 'f' in attribute ? Math.fround(attribute.f) : value;
}
