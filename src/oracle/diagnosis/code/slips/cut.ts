import { lacks, type SlipKind, type Told } from '../slip.js';
import { bare } from '../text.js';

/** ∂J/∂x without what comes by way of y: a path is left out, y taken for a constant. */
export const cut: SlipKind = {
  name: 'cut',
  proposals: ({ used }) =>
    used.map((input) => ({
      cost: 1.1,
      slip: {
        kind: 'cut',
        contribute: (use) => (use.input === input ? undefined : use.own()),
        say(told) {
          const { operation, name } = told;
          const [x, y] = [name(operation.inputs[input]), name(operation.outputs[0])];
          return {
            id: 'path-missing',
            sentence: `${lacks(told)} the path through ${pathOf(told)}: what ${bare(y)} gives to the gradient of ${x} is missing`,
          };
        },
      },
    })),
};

/** the mean `tf.mean(x, 0)`, the variance `tf.square(xc)` … */
export function pathOf({ stage, group, operation, text }: Told): string {
  const { kernel, inputs, outputs } = operation;
  const users = stage.scene.forward.filter((one) => Object.values(one.inputs).includes(outputs[0]));
  const isSquare = kernel === 'Square' || (kernel === 'Multiply' && inputs.a === inputs.b);
  if (isSquare && users.some((one) => /^(Mean|Sum)$/.test(one.kernel)))
    return `the variance, ${text}`;
  const kind = kernel === 'Mean' ? 'the mean, ' : kernel === 'Sum' ? 'the sum, ' : '';
  return `${kind}${text}${group.at.length > 1 ? ', in each iteration' : ''}`;
}
