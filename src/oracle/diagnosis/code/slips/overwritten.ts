import type { SlipKind, SlipProposal } from '../slip.js';

/** dW = … for dW += … in a loop: one iteration alone counts. */
export const overwritten: SlipKind = {
  name: 'overwritten',
  proposals({ stage: { scene }, group: { at }, operation: { inputs }, used }) {
    if (at.length < 2) return [];
    // A parameter that each iteration uses; a value of its own in each is no sum.
    const shared = used.filter((input) =>
      at.every((i) => scene.forward[i].inputs[input] === inputs[input]),
    );
    return shared.flatMap((input) => [
      proposal(1.15, input, 'last'),
      proposal(1.3, input, 'first'),
    ]);
  },
};

const proposal = (cost: number, input: string, keeps: 'first' | 'last'): SlipProposal => ({
  cost,
  slip: {
    kind: 'overwritten',
    contribute({ input: at, index, group, own }) {
      if (at !== input) return own();
      return index === group.at.at(keeps === 'last' ? -1 : 0) ? own() : undefined;
    },
    say: ({ where, text, group, operation, name }) => ({
      id: 'not-accumulated',
      sentence: `${where}: what ${text} gives to ${name(operation.inputs[input])} is overwritten in each of the ${group.at.length} iterations: = where += belongs, the ${keeps} one alone counts`,
    }),
  },
});
