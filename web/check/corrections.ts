import type { Cause } from '../../src/oracle/report.js';
import { escapeHtml } from '../../src/report/escape.js';
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
    const diff = document.createElement('div');
    diff.className = 'correction';
    diff.innerHTML = `<pre class="diff"><code>${changes.map(diffOf).join('\n')}</code></pre><button type="button">Apply the correction</button>`;
    diff.querySelector('button')!.addEventListener('click', () => apply(changes));
    written.replaceWith(diff);
  });
}

/** The line as it is, and as it should be, what differs marked in both. */
function diffOf(change: Change): string {
  const { start, end } = difference(change);
  const line = (text: string, tag: 'del' | 'ins', sign: string, says: string) => {
    const [from, to] = [text.slice(0, start), text.slice(text.length - end)];
    const middle = text.slice(start, text.length - end);
    return `<span class="${tag}"><span class="number" aria-hidden="true">${change.line} ${sign} </span><span class="hidden">line ${change.line}, ${says}: </span>${escapeHtml(from.trimStart())}<${tag}>${escapeHtml(middle)}</${tag}>${escapeHtml(to)}</span>`;
  };
  return `${line(change.before, 'del', '−', 'now')}\n${line(change.after, 'ins', '+', 'corrected')}`;
}
