import type { Cause } from '../../src/oracle/report.js';
import { element } from '../shared/dom.js';
import { type Change, changesOf, difference } from './correction.js';

/**
 * Puts a diff and a button under each cause of a report that says how a line of the code reads when it
 * is right.
 */
export function offerCorrections(
  report: Element,
  causes: readonly Cause[],
  code: string,
  apply: (changes: readonly Change[]) => void,
): void {
  report.querySelectorAll('.causes > li').forEach((item, i) => {
    const changes = changesOf(causes[i]?.correction, code);
    const written = item.querySelector('pre');
    if (!changes || !written) return;
    const lines = changes.flatMap((change, k) => [...(k > 0 ? ['\n'] : []), ...diffOf(change)]);
    const button = element('button', { type: 'button' }, 'Apply the correction');
    button.addEventListener('click', () => apply(changes));
    const diff = element('pre', { class: 'diff' }, element('code', {}, ...lines));
    written.replaceWith(element('div', { class: 'correction' }, diff, button));
  });
}

/** The line as it is, and as it should be, what differs marked in both. */
function diffOf(change: Change): (Node | string)[] {
  const { start, end } = difference(change);
  const line = (text: string, tag: 'del' | 'ins', sign: string, says: string) => {
    const [from, to] = [text.slice(0, start), text.slice(text.length - end)];
    const middle = text.slice(start, text.length - end);
    return element(
      'span',
      { class: tag },
      element('span', { class: 'number', 'aria-hidden': 'true' }, `${change.line} ${sign} `),
      element('span', { class: 'hidden' }, `line ${change.line}, ${says}: `),
      from.trimStart(),
      element(tag, {}, middle),
      to,
    );
  };
  return [
    line(change.before, 'del', '−', 'now'),
    '\n',
    line(change.after, 'ins', '+', 'corrected'),
  ];
}
