import { htmlDocument } from '../../report/document.js';
import { type Html, html } from '../../report/html.js';
import { baseStyle } from '../../report/style.js';
import { type Grade, shareOf, summaryOf, verdictOf } from './grade.js';

const tableStyle = `
.table{overflow-x:auto;margin-top:1.25rem}
table{border-collapse:collapse;width:100%}
th,td{padding:.45rem .75rem .45rem 0;border-top:1px solid var(--line);text-align:left;vertical-align:top}
th{border-top:0;color:var(--quiet);font-size:.875rem;font-weight:400}
.whole{white-space:nowrap}
td .badge{font-size:.875rem}
`;

const badges = {
  pass: { kind: 'right', mark: '✓' },
  wrong: { kind: 'wrong', mark: '✗' },
  differs: { kind: 'wrong', mark: '≠' },
  failed: { kind: 'wrong', mark: '!' },
} as const;

/** The grades as one page. */
export function gradesHtml(
  grades: readonly Grade[],
  { title, firstLine }: { title: string; firstLine?: string },
): string {
  const all = grades.every(({ passed }) => passed);
  return htmlDocument({
    title,
    style: `${baseStyle}${tableStyle}`,
    body: html`<header>
${firstLine === undefined ? '' : html`<p>${firstLine}</p>\n`}<h1>${title}</h1>
<p class="verdict ${all ? 'right' : 'wrong'}"><strong>${summaryOf(grades)}</strong></p>
</header>
<main>
<div class="table">
<table>
<thead><tr><th>File</th><th>Verdict</th><th>Right</th><th>First wrong</th><th>Cause</th></tr></thead>
<tbody>
${grades.map(row)}
</tbody>
</table>
</div>
</main>`,
  });
}

function row(grade: Grade): Html {
  const verdict = verdictOf(grade);
  const { kind, mark } = badges[verdict];
  return html`<tr>
<td><code>${grade.file}</code></td>
<td class="whole"><span class="badge ${kind}">${mark} ${verdict}</span></td>
<td class="whole">${shareOf(grade)}</td>
<td><code>${grade.firstWrong}</code></td>
<td>${grade.cause}</td>
</tr>`;
}
