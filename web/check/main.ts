import '../shared/site.css';
import './check.css';
import { HandgradError } from '../../src/core/errors.js';
import { reportBody } from '../../src/oracle/report/html.js';
import { reportStyle } from '../../src/oracle/report/style.js';
import { verdictSentence } from '../../src/oracle/report/words.js';
import type { GradientReport } from '../../src/oracle/report.js';
import { byId, element } from '../shared/dom.js';
import { put, startWorker } from '../shared/trusted.js';
import type { Answer, Problem } from './answer.js';
import { type Checker, startChecker, type WorkerLike } from './checker.js';
import type { Change } from './correction.js';
import { offerCorrections } from './corrections.js';
import { startEditor } from './editor.js';
import { type Example, exampleList } from './examples.js';
import { codeOf, hashOf } from './link.js';
import { openRoom } from './rooms.js';
import workerUrl from './worker.ts?worker&url';

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
choice.append(...optionGroups(examples));
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
  checker = startChecker(await workers(), see, { hear });
  check();
} catch {
  tell(
    'failed',
    'A part of the page did not arrive, so that nothing is checked. Load the page again.',
  );
}

/** Where the code runs; from then on the page loads nothing at all. The server of `npm run web` has no room. */
async function workers(): Promise<() => WorkerLike> {
  if (!import.meta.env.PROD) return () => startWorker(workerUrl);
  const response = await fetch(new URL(workerUrl, import.meta.url));
  if (!response.ok) throw new Error(`${workerUrl} answers ${response.status}`);
  const newWorker = await openRoom(await response.text());
  document.head.append(
    Object.assign(document.createElement('meta'), {
      httpEquiv: 'Content-Security-Policy',
      content: "connect-src 'none'; script-src 'none'; frame-src 'none'",
    }),
  );
  return newWorker;
}

/** What the address asks for: code of its own, or an example. */
function open(): void {
  const wanted = new URLSearchParams(location.search).get('example');
  const found = examples.find(({ id }) => id === wanted);
  say(
    wanted !== null &&
      !found &&
      `There is no example ${wanted.slice(0, 60)} here. Choose one from the list.`,
  );
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
  put(report, reportBody(result));
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
  const said = element(
    'p',
    { class: 'verdict wrong' },
    element('strong', {}, 'No report'),
    ` ${sentence}`,
  );
  problem.replaceChildren(said);
  problem.hidden = false;
  if (line === undefined) return;
  editor.mark(line, sentence);
  const button = element('button', { type: 'button' }, `Go to line ${line}`);
  button.addEventListener('click', () => editor.goTo(line));
  said.append(button);
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

function optionGroups(list: readonly Example[]): HTMLElement[] {
  const option = ({ id, title }: Example) => element('option', { value: id }, title);
  const groups = [...new Set(list.map(({ group }) => group))];
  const own = (group: string) => list.filter((example) => example.group === group);
  return groups.map((label) => element('optgroup', { label }, ...own(label).map(option)));
}
