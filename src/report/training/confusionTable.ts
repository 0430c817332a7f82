import { type Block, note, table } from '../blocks.js';
import { type Html, html } from '../html.js';
import { levels } from '../style.js';
import type { ClassJudgement, JudgedPart } from './judged.js';
import { count, cut, percent } from './words.js';

/** More classes than that do not fit a screen. */
const mostClasses = 50;
/** Up to so many, a cell has a place for its share. */
const mostWithShares = 12;
const longestName = 24;
/** How many of the commonest mistakes are listed. */
const mostPairs = 10;

/**
 * A confusion matrix: counts, coloured by their share of the label, which stands below where there is a
 * place; behind it the commonest mistakes. Of more than 50 classes those alone.
 */
export function confusionBlocks(part: JudgedPart<ClassJudgement>): Block[] {
  const { answers, metrics } = part.judgement;
  const k = answers.classes.length;
  const matrix =
    k > mostClasses
      ? note(`A matrix of ${k} classes does not fit a page; these are the commonest mistakes.`)
      : matrixOf(part);
  const isRight = metrics.accuracy === 1;
  return [matrix, ...(k === 2 || isRight ? [] : [commonestMistakes(part)])];
}

function matrixOf({ name, judgement }: JudgedPart<ClassJudgement>): Block {
  const { classes } = judgement.answers;
  const { confusion, m } = judgement.metrics;
  const hasShares = classes.length <= mostWithShares;
  const column = (name: string) =>
    html`<th scope="col"${titleOf(name)}><span>${shown(name)}</span></th>`;
  const rows = confusion.map((row, i) => {
    const support = row.reduce((sum, n) => sum + n, 0);
    const cells = row.map((n) => cell(n, support, hasShares));
    return html`<tr><th scope="row"${titleOf(classes[i])}>${shown(classes[i])}</th>${cells}</tr>\n`;
  });
  const caption = `Confusion matrix, ${name} set: ${count(m, 'sample')}`;
  return {
    html: html`<figure><figcaption>${caption}</figcaption><div class="drawing" tabindex="0"><table class="${kindOf(classes)}">
<thead><tr><td>label ↓<br>answer →</td>${classes.map(column)}</tr></thead>
<tbody>${rows}</tbody></table></div></figure>`,
  };
}

/** With a place for shares, and for names that lie. */
function kindOf(classes: readonly string[]): string {
  if (classes.length > mostWithShares) return 'confusion';
  const longest = Math.max(...classes.map((name) => name.length));
  return `confusion roomy${longest * classes.length <= 48 ? ' lying' : ''}`;
}

function cell(n: number, support: number, hasShares: boolean): Html {
  if (n === 0) return html`<td>${hasShares && '0'}</td>`;
  const share = n / support;
  const level = Math.round(share * (levels - 1));
  const ink = level < levels / 2 ? 'on-low' : 'on-high';
  const below = hasShares && html`<small>${roundedPercent(share)}</small>`;
  return html`<td style="background:var(--level-${level});color:var(--${ink})">${n}${below}</td>`;
}

/** Whole percents, but what is not all is not 100 %, and what is some is not 0 %. */
function roundedPercent(share: number): string {
  const whole = Math.round(100 * share);
  if (whole === 100 && share < 1) return '> 99 %';
  return whole === 0 ? '< 1 %' : `${whole} %`;
}

const shown = (name: string) => cut(name, longestName);
const titleOf = (name: string) => [...name].length > longestName && html` title="${name}"`;

function commonestMistakes({ name, judgement }: JudgedPart<ClassJudgement>): Block {
  const { classes } = judgement.answers;
  const { confusion, perClass } = judgement.metrics;
  const pairs = confusion.flatMap((row, label) =>
    row.flatMap((n, answer) => (n === 0 || label === answer ? [] : [{ label, answer, n }])),
  );
  pairs.sort((a, b) => b.n - a.n);
  return table({
    caption: `The commonest mistakes, ${name} set`,
    columns: ['label', 'called', 'samples', 'of the label'],
    rows: pairs
      .slice(0, mostPairs)
      .map(({ label, answer, n }) => [
        ...[classes[label], classes[answer]],
        ...[n, percent(n / perClass[label].support)],
      ]),
    numeric: [false, false, true, true],
  });
}
