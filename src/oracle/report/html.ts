import { assertOptions } from '../../core/options.js';
import { htmlDocument } from '../../report/document.js';
import { type Html, html } from '../../report/html.js';
import type { Cause, GradientReport, ParameterReport, StageReport } from '../report.js';
import { bounded, cut, left } from './bounds.js';
import { decades, heatMap } from './heatMap.js';
import { style } from './style.js';
import {
  countsSentence,
  inheritsSomewhere,
  magnitude,
  precisionSentence,
  shapeOf,
  stageLegend,
  unknownCause,
  verdictSentence,
  worstElement,
  wrongElements,
} from './words.js';

/** The report as one page. It follows the reader's light or dark colours, fits a phone, and prints. */
export function reportHtml(report: GradientReport, options: { title: string }): string {
  assertOptions('reportHtml', options, { title: true });
  const { title } = options;
  return htmlDocument({
    title,
    style,
    body: html`<header><h1>${title}</h1></header>
<main>
${reportBody(report)}
</main>`,
  });
}

/**
 * What the page of a report shows, for any page that has `reportStyle`: the verdict, the causes, the
 * way from the cost to the data, the gradients with their heat maps, and how it was checked.
 */
export function reportBody(given: GradientReport): Html {
  const report = bounded(given);
  const sections = [causes(report), stages(report.stages), parameters(report.parameters)];
  const sentences = [
    countsSentence(report),
    precisionSentence(report),
    ...report.notes.map((note) => `Note: ${note}`),
    ...left(given),
  ];
  return html`<div class="report">
${verdict(given)}${sections}
<footer>
${sentences.map((sentence) => html`<p>${prose(sentence)}</p>`)}
</footer>
</div>`;
}

function verdict(report: GradientReport): Html {
  const kind = report.passed ? 'right' : 'wrong';
  const [word, ...rest] = cut(verdictSentence(report)).split(': ');
  return html`<p class="verdict ${kind}"><strong>${mark[kind]} ${word}</strong> ${rest.join(': ')}</p>`;
}

/** A sign beside each colour, for those who do not see the colour. */
const mark = { right: '✓', wrong: '✗', inherits: '↓', unknown: '?' } as const;

function causes(report: GradientReport): Html | undefined {
  const unknown = unknownCause(report);
  const items = unknown === undefined ? report.causes.map(cause) : [html`<li>${unknown}</li>`];
  return section('What is wrong', items.length > 0 && html`<ol class="causes">${items}</ol>`);
}

const cause = ({ sentence, correction, counterfactual, alternatives = [] }: Cause): Html =>
  html`<li><p class="sentence">${prose(sentence)}</p>
${correction !== undefined && html`<pre><code>${correction}</code></pre>`}
${counterfactual !== undefined && html`<p>${mark.right} Verified. ${prose(counterfactual)}</p>`}
${alternatives.map((alternative) => html`<p>Or: ${prose(alternative)}</p>`)}</li>`;

/** The backward pass as a chain of links. */
function stages(list: readonly StageReport[]): Html | undefined {
  const links = list.map(
    ({ name, verdict }) =>
      html`<li class="link ${verdict}">${mark[verdict]} ${name} <small>${verdict}</small></li>`,
  );
  const chain = html`<ol class="chain"><li class="end">cost</li>${links}<li class="end">data</li></ol>`;
  const legend = inheritsSomewhere(list) && html`<p class="quiet">${stageLegend}</p>`;
  return section('From the cost to the data', links.length > 0 && html`${chain}${legend}`);
}

function parameters(list: readonly ParameterReport[]): Html | undefined {
  const legend = list.some(({ errors }) => errors !== undefined) && scale(list);
  return section('Gradients', html`${legend}<div class="cards">${list.map(card)}</div>`);
}

function card(parameter: ParameterReport): Html {
  const { name, shape, passed, problem, cause, errors } = parameter;
  const kind = passed ? 'right' : 'wrong';
  const sentences = passed
    ? []
    : [
        problem,
        worstElement(parameter),
        problem === undefined ? `Wrong elements: ${wrongElements(parameter)}` : undefined,
        cause,
      ].filter((text) => text !== undefined);
  return html`<article class="${kind}">
<h3>${name} <span class="quiet">${shapeOf(shape)}</span> <span class="badge ${kind}">${mark[kind]} ${kind}</span></h3>
${sentences.map((text) => html`<p>${prose(text)}</p>`)}
${comparisons(parameter)}
${errors && heatMap(parameter, errors)}
</article>`;
}

function comparisons({ comparisons }: ParameterReport): Html | undefined {
  const rows: [string, number | undefined][] = [
    ['hand to autodiff', comparisons.handToAutodiff],
    ['hand to differences', comparisons.handToDifferences],
    ['autodiff to differences', comparisons.autodiffToDifferences],
  ];
  const entries = rows.flatMap(([label, error]) =>
    error === undefined ? [] : html`<div><dt>${label}</dt><dd>${magnitude(error)}</dd></div>`,
  );
  return entries.length === 0 ? undefined : html`<dl>${entries}</dl>`;
}

/** A sentence of anyone's as text in the page; 7.2e-5 stays on one line. */
const prose = (text: string): Html =>
  html`${text
    .split(/(\d[\d.]{0,30}e-\d+)/)
    .map((part, i) => (i % 2 === 1 ? html`<span class="number">${part}</span>` : part))}`;

/** The colours of the heat maps, decade by decade. */
function scale(list: readonly ParameterReport[]): Html {
  const steps = Array.from({ length: decades + 1 }, (_, i) => i);
  const boxes = steps.map((i) => html`<rect class="heat-${i}" x="${i}" width="1" height="1"/>`);
  const strange = list.some(({ errors }) => errors?.some((error) => !Number.isFinite(error)));
  return html`<div class="scale">
<svg role="img" aria-label="Colours from a relative error of 1e-16 to 1" viewBox="0 0 ${steps.length} 1" preserveAspectRatio="none">${boxes}</svg>
<p class="ticks"><span>1e-16</span><span>1e-12</span><span>1e-8</span><span>1e-4</span><span>1</span></p>
${strange && html`<p class="key"><svg viewBox="0 0 1 1"><rect class="heat-nan" width="1" height="1"/></svg> not a number</p>`}
<p class="quiet">Relative error. Blue is rounding, in double precision; amber to red is wrong. A frame marks the worst element.</p>
</div>`;
}

const section = (heading: string, content: Html | false): Html | undefined =>
  content === false ? undefined : html`\n<section>\n<h2>${heading}</h2>\n${content}\n</section>`;
