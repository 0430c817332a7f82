import { HandgradError, ModelError } from '../../core/errors.js';
import { layerFrom } from '../../core/kinds.js';
import type { Shape } from '../../core/layer.js';
import { assertFew } from '../../files/bounds.js';
import { behind } from '../layers/activation.js';
import { onnxReaders } from '../layers/onnxIndex.js';
import type { FromOnnx, OnnxGiven, Read, State } from './given.js';
import { refuseNode } from './given.js';
import { arranged } from './layouts.js';
import type { ParsedModel, ParsedNode } from './model.js';

/** An ONNX model in handgrad's words. */
export interface OnnxRead {
  readonly input: Shape;
  readonly read: readonly Read[];
  /** One sentence on what lies otherwise here. */
  readonly note?: string;
}

/** @throws ModelError naming the node that handgrad does not have as it stands there. */
export function readOnnx(model: ParsedModel, file: string, input?: Shape): OnnxRead {
  const makers = new Map(model.nodes.flatMap((node) => node.outputs.map((out) => [out, node])));
  const start = startOf(model, file, input);
  const reading: Reading = { model, makers, left: new Set(model.nodes), known: new Map() };
  const { state, read } = readChain(model.input.name, model.output, start, reading);
  const isAsHere = state.layout === 'rows' || state.layout === 'last';
  if (!isAsHere || state.order) {
    throw new ModelError(
      `${file} gives its features before their positions; handgrad's networks have them last. Put a Transpose at its end.`,
    );
  }
  const [unused] = reading.left;
  if (unused)
    throw new ModelError(`${file}: node ${unused.name}, a ${unused.op}, leads to no output.`);
  const [channels, ...sides] = model.input.shape.slice(1);
  const note = `Its input is (m, ${channels}, ${sides.join(', ')}), channels first; here it is (m, ${start.shape.join(', ')}).`;
  return { input: start.shape, read, ...(start.layout === 'first' && { note }) };
}

interface Reading {
  readonly model: ParsedModel;
  readonly makers: ReadonlyMap<string, ParsedNode>;
  /** The nodes that are not read yet. */
  readonly left: Set<ParsedNode>;
  /** What `before` has found; undefined while it looks. */
  readonly known: Map<string, string | undefined>;
}

/** The input: pictures with channels first, if its first node says so. */
function startOf({ input, nodes, constants }: ParsedModel, file: string, given?: Shape): State {
  const sides = input.shape.slice(1);
  const isOpen = sides.length === 0 || sides.some((side) => !((side ?? 0) > 0));
  if (isOpen && !given) {
    throw new ModelError(
      `${file} leaves the size of its input open: (${input.shape.map((side) => side ?? 'any').join(', ')}). Say the shape of a sample: { input: [28, 28, 1] }.`,
    );
  }
  const shape = given ?? (sides as number[]);
  if (shape.length === 1) return { shape, layout: 'rows' };
  let [name, first]: [string, ParsedNode | undefined] = [input.name, undefined];
  // Behind what works on each number by itself.
  for (const node of nodes) {
    if (!node.inputs.includes(name)) continue;
    const each = ['Identity', 'Cast', 'Relu', 'Mul', 'Add', 'Sub', 'Div', 'Clip', 'Dropout', 'Pad'];
    first = node;
    if (!each.includes(node.op) || node.inputs.filter((one) => !constants.has(one)).length > 1)
      break;
    [name] = node.outputs;
  }
  const channelled = [
    'Conv',
    'MaxPool',
    'AveragePool',
    'GlobalAveragePool',
    'BatchNormalization',
    'Resize',
  ];
  const isFirst = shape.length === 3 && first && channelled.includes(first.op);
  if (!isFirst) return { shape, layout: 'last' };
  return { shape: given ?? [...shape.slice(1), shape[0]], layout: 'first' };
}

/** The nodes behind a value up to another. */
function readChain(from: string, to: string, start: State, reading: Reading) {
  const path: string[] = [];
  const seen = new Set<string>();
  for (let name = to; name !== from; name = before(name, reading)) {
    if (seen.size === seen.add(name).size) throw inCircle(name);
    path.push(name);
  }
  path.reverse();
  let [state, read]: [State, readonly Read[]] = [start, []];
  for (const output of path) {
    const node = makerOf(output, reading);
    reading.left.delete(node);
    const open = openOf(node, reading);
    const given: OnnxGiven = {
      ...{ node, state, output, before: read, opset: reading.model.opset },
      constant: (index) => reading.model.constants.get(node.inputs[index]),
    };
    const found: FromOnnx =
      open.length === 2
        ? readTwo(given, open, before(output, reading), reading)
        : (arranged(given) ?? readerOf(given)(given));
    const kept = read.slice(0, read.length - (found.instead ?? 0));
    const shapeBefore = state.shape;
    for (const { layer } of found.read ?? []) assertMade(given, layer);
    read = joined(kept, found.read ?? []);
    assertFew('The model', read.length, 'layers', 'layers', ModelError);
    state = found.state ?? { ...state, shape: outputOf(given, found, shapeBefore) };
  }
  return { state, read };
}

/** An activation becomes an option of the layer before. */
function joined(kept: readonly Read[], added: readonly Read[]): readonly Read[] {
  const layers = behind(
    kept.map(({ layer }) => layer),
    added.map(({ layer }) => layer),
  );
  const all = [...kept, ...added];
  return layers.map((layer, i) => ({ layer, values: all[i].values }));
}

/** A sum of two chains, or Z ∘ σ(Z). */
function readTwo(
  given: OnnxGiven,
  open: readonly string[],
  start: string,
  reading: Reading,
): FromOnnx {
  const { node, state } = given;
  const [a, b] = open[0] === start ? [open[1], open[0]] : open;
  if (node.op === 'Mul' && b === start) {
    const gate = readChain(start, a, state, reading).read;
    if (gate.length === 1 && gate[0].layer.kind === 'sigmoid') {
      return { read: [{ layer: { kind: 'silu' }, values: [] }] };
    }
  }
  if (node.op !== 'Add')
    return refuseNode(given, 'takes two values; handgrad adds two up, no more.');
  const [F, S] = [readChain(start, a, state, reading), readChain(start, b, state, reading)];
  const isLike = F.state.layout === S.state.layout && !F.state.order && !S.state.order;
  if (!isLike) return refuseNode(given, 'adds up values that lie in different ways.');
  const config = {
    layers: F.read.map(({ layer }) => layer),
    ...(b !== start && { shortcut: S.read.map(({ layer }) => layer) }),
  };
  const values = [...F.read, ...S.read].flatMap((one) => one.values);
  const layer = { kind: 'residual', config: config as never };
  return { read: [{ layer, values }], state: F.state };
}

function readerOf(given: OnnxGiven): (given: OnnxGiven) => FromOnnx {
  const { op } = given.node;
  if (Object.hasOwn(onnxReaders, op)) return onnxReaders[op];
  return refuseNode(
    given,
    `is no layer that handgrad has. It reads ${Object.keys(onnxReaders).join(', ')}, and Add of two.`,
  );
}

function outputOf(given: OnnxGiven, { read = [] }: FromOnnx, input: Shape): Shape {
  return within(given, () =>
    read.reduce((shape, { layer }) => layerFrom(layer).output(shape), input),
  );
}

const assertMade = (given: OnnxGiven, layer: Read['layer']) =>
  within(given, () => layerFrom(layer));

function within<T>({ node }: OnnxGiven, make: () => T): T {
  try {
    return make();
  } catch (error) {
    if (!(error instanceof HandgradError) || error instanceof ModelError) throw error;
    throw new ModelError(`Node ${node.name}, a ${node.op}: ${error.message}`);
  }
}

/** The inputs that are no constants. */
const openOf = (node: ParsedNode, { model }: Reading): string[] => [
  ...new Set(node.inputs.filter((name) => name !== '' && !model.constants.has(name))),
];

function makerOf(name: string, { makers, model }: Reading): ParsedNode {
  const node = makers.get(name);
  if (node) return node;
  throw new ModelError(
    `The model takes ${name}, which no node gives (its input is ${model.input.name}).`,
  );
}

/** The value that all of another has come through, the last of them. */
function before(name: string, reading: Reading): string {
  const { known } = reading;
  if (!known.has(name)) {
    known.set(name, undefined);
    known.set(name, found(name, reading));
  }
  const last = known.get(name);
  if (last !== undefined) return last;
  throw inCircle(name);
}

const inCircle = (name: string) =>
  new ModelError(`The model's ${name} is made of itself. It is damaged.`);

function found(name: string, reading: Reading): string {
  const open = openOf(makerOf(name, reading), reading);
  if (open.length === 0) throw new ModelError(`The model's ${name} is made of constants alone.`);
  if (open.length === 1) return open[0];
  const [first, ...others] = open.map((one) => through(one, reading));
  const sets = others.map((path) => new Set(path));
  const common = first.find((one) => sets.every((path) => path.has(one)));
  if (common !== undefined) return common;
  throw new ModelError(`The model's ${name} takes values that have no beginning in common.`);
}

function through(name: string, reading: Reading): readonly string[] {
  const path = new Set([name]);
  for (let at = name; at !== reading.model.input.name; ) {
    at = before(at, reading);
    if (path.size === path.add(at).size) throw inCircle(at);
  }
  return [...path];
}
