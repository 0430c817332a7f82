import {
  type FromOnnx,
  integers,
  listOf,
  type OnnxGiven,
  refuseNode,
  type State,
} from './given.js';

/*
 * Nodes that change how a value lies, and nothing of it.
 */

/** What such a node gives; undefined for any other. */
export function arranged(given: OnnxGiven): FromOnnx | undefined {
  const { node, state } = given;
  switch (node.op) {
    case 'Identity':
    case 'Cast':
    case 'Dropout':
      return { state };
    case 'Transpose':
      return { state: transposed(given) };
    case 'Squeeze':
      return { state: squeezed(given) };
    default:
      return undefined;
  }
}

function transposed(given: OnnxGiven): State {
  const { state } = given;
  const rank = state.shape.length + 1;
  const perm = String(
    listOf(given, 'perm') ?? Array.from({ length: rank }, (_, i) => rank - 1 - i),
  );
  const middle = Array.from({ length: rank - 2 }, (_, i) => i + 1);
  const to = (layout: State['layout']): State => ({ ...state, layout });
  if (perm === String(Array.from({ length: rank }, (_, i) => i))) return state;
  if (state.layout === 'last' && perm === String([0, rank - 1, ...middle])) return to('first');
  if (state.layout === 'first' && perm === String([0, ...middle.map((i) => i + 1), 1]))
    return to('last');
  if (state.layout === 'last' && perm === '1,0,2') return to('time');
  if (state.layout === 'time' && perm === '1,0,2') return to('last');
  return refuseNode(given, `has the perm ${perm}; handgrad moves features and time only.`);
}

function squeezed(given: OnnxGiven): State {
  const { state } = given;
  const axes = String(integers(given, 'axes', 1) ?? '');
  if (state.layout === 'steps' && axes === '1') return { ...state, layout: 'time' };
  if (state.layout === 'end' && axes === '0') return { ...state, layout: 'rows' };
  // What a global pooling leaves, (m, n_C, 1, 1).
  if (state.layout === 'rows' && /^(2,3|-2,-1|3,2|-1,-2|)$/.test(axes)) return state;
  return refuseNode(
    given,
    `has the axes ${axes}; handgrad leaves out those of size 1 that it knows.`,
  );
}
