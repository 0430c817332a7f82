import { spanOf } from './derivatives.js';
import type { Unary } from './dialect.js';
import type { Reference } from './reference.js';
import type { Site } from './site.js';
import type { Span } from './spans.js';
import { codeOf, scalarCode } from './writing.js';

/** The derivative of a function as code: tf.sub(1, tf.square(h)); undefined where it takes more than a call or two. */
export function derivativeCode(site: Site, reference: Reference): string | undefined {
  const { stage, dialect, group } = site;
  const n = group.at.length;
  const first = spanOf(stage, reference);
  if (first.steps.length > 1) return undefined;
  const span = (k: number) => spanAt(site, reference, k, n);
  const code = (side: 'from' | 'to') => codeOf(site, (k) => span(k)?.[side]);
  const { kernel, inputs } = stage.scene.forward[first.steps[0]];
  const of = (unary: Unary, x: string | undefined) => x && dialect.unary(unary, x);
  switch (kernel) {
    case 'Tanh':
      return of('OneMinus', of('Square', code('to')));
    case 'Sigmoid': {
      const y = code('to');
      return y && dialect.binary('Multiply', y, dialect.unary('OneMinus', y));
    }
    case 'Relu':
      return of('Step', code('from') ?? code('to'));
    case 'Exp':
      return code('to') ?? of('Exp', code('from'));
    case 'Log':
      return of('Reciprocal', code('from'));
    case 'Softplus':
      return of('Sigmoid', code('from'));
    case 'Multiply': {
      const other = Object.values(inputs).find((value) => value !== first.from);
      return other && other.shape.length === 0 ? scalarCode(site, other) : undefined;
    }
    default:
      return undefined;
  }
}

/** The span of an iteration: the one whose derivative the reference gives there. */
function spanAt({ stage }: Site, reference: Reference, k: number, n: number): Span | undefined {
  const wanted = reference.pick(stage, k, n);
  const key = reference.key.replace(/ (only|last|first|same|reverse)( [+-] 1)?$/, '');
  const spans = stage.spans().get(key) ?? [];
  return spans.find((_, i) => stage.derivative(key, i) === wanted);
}
