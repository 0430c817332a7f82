import type { NdArray } from '../../../../float64/array.js';
import { list } from '../../../../text/words.js';
import type { Value } from '../../../recording.js';
import { sameShape } from '../arrays.js';
import type { ChangeKind } from '../change.js';
import { nameOf, quoted } from '../names.js';
import { gradientsFor, type Reference } from '../reference.js';
import type { Words } from '../said.js';
import type { Site } from '../site.js';
import type { Stage } from '../stage.js';
import { short } from '../text.js';

/** The right gradient in the place of a value: it says where the first wrong step is, and not why. */
export const replace: ChangeKind = {
  name: 'replace',
  proposals({ stage, at, y }) {
    const n = at.length;
    if (y.values.length < 2) return [];
    return gradientsFor(stage, n).flatMap((reference) => {
      // The gradient of a parameter in its own place is right, whatever stood there: nothing follows.
      if (reference.key.startsWith('leaf')) return [];
      const value = reference.pick(stage, n - 1, n);
      if (!value || !sameShape(value, y)) return [];
      const cost = 3 + (reference.scale === 1 ? 0 : 0.1);
      const change = {
        kind: 'replace',
        isLast: true,
        apply: ({ picked }: { picked(reference: Reference): NdArray }) => picked(reference),
        say: (site: Site) => say(site, reference),
      };
      return [{ cost, change }];
    });
  },
};

function say({ stage, group, subject }: Site, reference: Reference): Words {
  const n = group.at.length;
  const value = reference.pick(stage, n - 1, n)!;
  const [of] =
    [...stage.gradients()].find(([, own]) => own === value || isMultiple(own, value)) ?? [];
  const name = short((of && nameOf(stage, of)) ?? 'a value of the forward pass');
  return {
    id: 'wrong-step',
    sentence: `${subject} is the first wrong step: it should be the gradient of ${name}${usesOf(stage, of)}. With the right one all that follows is right; why it is wrong is unknown`,
  };
}

const isMultiple = (a: NdArray, b: NdArray) => {
  const ratio = b.values[0] / a.values[0];
  return (
    a.values.length === b.values.length &&
    a.values.every((v, i) => Math.abs(v * ratio - b.values[i]) <= 1e-9 * Math.abs(b.values[i]))
  );
};

/** , which goes on through `tf.relu(z1)` */
function usesOf(stage: Stage, value: Value | undefined): string {
  const texts = stage.scene.forward.flatMap((operation) =>
    value && Object.values(operation.inputs).includes(value) ? [quoted(stage, operation)] : [],
  );
  return texts.length > 0 ? `, through ${list([...new Set(texts)].slice(0, 3))}` : '';
}
