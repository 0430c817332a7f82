import '../shared/site.css';
import './check.css';
import { HandgradError } from '../../src/core/errors.js';
import { reportBody } from '../../src/oracle/report/html.js';
import { reportStyle } from '../../src/oracle/report/style.js';
import { verdictSentence } from '../../src/oracle/report/words.js';
import type { GradientReport } from '../../src/oracle/report.js';
import { escapeHtml } from '../../src/report/escape.js';
import { byId } from '../shared/dom.js';
import type { Answer, Problem } from './answer.js';
import { type Checker, startChecker } from './checker.js';
import type { Change } from './correction.js';
import { offerCorrections } from './corrections.js';
import { startEditor } from './editor.js';
import { type Example, exampleList } from './examples.js';
import { codeOf, hashOf } from './link.js';

const files = import.meta.glob<string>('../../examples/check/**/*.{mjs,ts}', {
  query: '?raw',
  import: 'default',
  eager: true,
});

const pause = 300; // milliseconds without a key, after which the code is checked
const first = 'tanh-from-z';

const [choice, status, notice, problem, report, output] = [
  byId<HTMLSelectElement>('example'),
  byId('status'),
  byId('notice'),
  byId('problem'),
  byId('report'),
  byId<HTMLDetailsElement>('output'),
];

document.head.append(Object.assign(document.createElement('style'), { textContent: reportStyle }));

const examples = exampleList(files);
choice.innerHTML = optionGroups(examples);
const editor = startEditor(byId('editor'), 'keys', edited);
let checker: Checker | undefined;
let checked = '';
let clock: ReturnType<typeof setTimeout> | undefined;

open();
window.addEventListener('hashchange', open);
choice.addEventListener('change', () => begin(choice.value));
byId('again').addEventListener('click', () => begin(choice.value));
byId('copy').addEventListener('click', copyLink);

// The editor first: the worker's code is the larger part of the page.
try {
  const { default: CheckWorker } = await import('./worker.ts?worker&inline');
  if (import.meta.env.PROD) closePage();
  checker = startChecker(() => new CheckWorker(), see, { hear });
  check();
} catch {
  tell(
    'failed',
    'A part of the page did not arrive, so that nothing is checked. Load the page again.',
  );
}

/** From here on the page, and what inherits its policy, loads nothing at all. */
function closePage(): void {
  document.head.append(
    Object.assign(document.createElement('meta'), {
      httpEquiv: 'Content-Security-Policy',
      content: "connect-src 'none'; script-src blob: 'wasm-unsafe-eval'; worker-src blob:",
    }),
  );
}

/** What the address asks for: code of its own, or an example. */
function open(): void {
  const wanted = new URLSearchParams(location.search).get('example');
  const found = examples.find(({ id }) => id === wanted);
  say(wanted !== null && !found && `There is no example ${wanted} here. Choose one from the list.`);
  const example = found ?? examples.find(({ id }) => id === first)!;
  choice.value = example.id;
  let code: string | undefined;
  try {
    code = codeOf(location.hash);
  } catch (error) {
    say(error instanceof HandgradError && error.message);
  }
  show(code ?? example.code);
}

/** An example, as it is, in the editor and in the address. */
function begin(id: string): void {
  say(false);
  history.replaceState(null, '', `?example=${id}`);
  show(examples.find((example) => example.id === id)!.code);
}

function show(code: string): void {
  editor.show(code);
  check();
}

function edited(): void {
  editor.unmark();
  clearTimeout(clock);
  clock = setTimeout(() => {
    keepInAddress();
    check();
  }, pause);
}

/** So that the page can be loaded again, and its address sent. */
function keepInAddress(): void {
  const { code } = editor;
  const example = examples.find(({ id }) => id === choice.value);
  const hash = code === example?.code ? '' : hashOf(code);
  try {
    history.replaceState(null, '', `?example=${choice.value}${hash}`);
  } catch {
    // Browsers allow this only so many times a minute; the next pause will do.
  }
}

function check(): void {
  clearTimeout(clock);
  tell('busy', checker ? 'Checking…' : 'Starting…');
  report.classList.add('stale');
  output.classList.add('stale');
  checked = editor.code;
  checker?.check(checked);
}

/** A line that the code prints; the first one takes the place of what it printed before. */
function hear(text: string): void {
  const lines = output.querySelector('pre')!;
  if (output.classList.contains('stale')) lines.textContent = '';
  output.classList.remove('stale');
  lines.append(`${text}\n`);
  output.hidden = false;
}

function see(answer: Answer): void {
  if (output.classList.contains('stale')) output.hidden = true; // it prints nothing any more
  if ('report' in answer) seeReport(answer.report);
  else seeProblem(answer.problem);
}

function seeReport(result: GradientReport): void {
  problem.hidden = true;
  report.classList.remove('stale');
  report.innerHTML = reportBody(result);
  offerCorrections(report, result.causes, checked, correct);
  const cause = result.passed ? undefined : result.causes[0]?.sentence;
  tell(
    result.passed ? 'right' : 'wrong',
    [verdictSentence(result), cause].filter(Boolean).join(' '),
  );
}

/** Changes the lines of a correction, where they are still as they were checked. */
function correct(changes: readonly Change[]): void {
  const lines = editor.code.split('\n');
  if (changes.some(({ line, before }) => lines[line - 1] !== before)) return;
  for (const { line, after } of changes) editor.replace(line, after);
  editor.goTo(changes[0].line);
}

function seeProblem({ sentence, line: told, unread }: Problem): void {
  const line = told ?? (unread ? editor.unreadableLine() : undefined);
  tell('failed', line === undefined ? sentence : `Line ${line}: ${sentence}`);
  const place = line === undefined ? '' : `<button type="button">Go to line ${line}</button>`;
  problem.innerHTML = `<p class="verdict wrong"><strong>No report</strong> ${escapeHtml(sentence)}${place}</p>`;
  problem.hidden = false;
  if (line === undefined) return;
  editor.mark(line, sentence);
  problem.querySelector('button')!.addEventListener('click', () => editor.goTo(line));
}

function tell(state: 'busy' | 'right' | 'wrong' | 'failed', text: string): void {
  status.dataset.state = state;
  status.textContent = text;
}

function say(text: string | false): void {
  notice.hidden = text === false;
  notice.textContent = text || '';
}

async function copyLink(): Promise<void> {
  keepInAddress();
  const copied = byId('copied');
  try {
    await navigator.clipboard.writeText(location.href);
    copied.textContent = 'Copied.';
  } catch {
    copied.textContent = 'The browser does not allow it: copy the address of the page.';
  }
}

function optionGroups(list: readonly Example[]): string {
  const option = ({ id, title }: Example) =>
    `<option value="${escapeHtml(id)}">${escapeHtml(title)}</option>`;
  const groups = [...new Set(list.map(({ group }) => group))];
  const own = (group: string) => list.filter((example) => example.group === group);
  return groups
    .map((group) => `<optgroup label="${group}">${own(group).map(option).join('')}</optgroup>`)
    .join('');
}
