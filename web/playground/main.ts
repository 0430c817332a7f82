import { denseLayersOf } from '../../src/core/layers/dense.js';
import '../shared/site.css';
import './playground.css';
import * as tf from '@tensorflow/tfjs-core';
import { type PageBackend, startBackend } from '../shared/backend.js';
import { byId } from '../shared/dom.js';
import { advice, overflowed } from './advice.js';
import { Controls } from './controls.js';
import { drawCosts } from './costCurve.js';
import { Diagram, inputsOver, readWeights } from './diagram.js';
import { EquationsPanel } from './equationsPanel.js';
import type { Experiment, Numbers, Score } from './experiment.js';
import { insideOf } from './layerInside.js';
import { onTheme, readPalette } from './palette.js';
import { Plane } from './plane.js';
import { prove, verdict } from './proof.js';
import { fromQuery, type Settings, speeds, toQuery, withinReach } from './settings.js';
import { Run, Store, sides } from './store.js';
import { Tabs } from './tabs.js';
import { showTries } from './tries.js';

/** Milliseconds between two times that the network and the equations are written anew, at the least. */
const detailMs = 120;
const gentleMs = 500;

const asked = fromQuery(location.search);
const store = new Store(asked.settings, asked.iteration);
const gentle = matchMedia('(prefers-reduced-motion: reduce)');

const main = byId('main');
const diagram = new Diagram(byId<HTMLCanvasElement>('diagram'));
const panel = new EquationsPanel(byId('equations'));
const plane = new Plane(byId('plane'), store.palette, (sample) => view({ sample: sample + 1 }));
const tabs = new Tabs(byId('tabs'), byId('layers'), (layer) => view({ layer }));
const controls = new Controls(change, (sentence) => tell(sentence));

/** A sentence above everything; a hint is no error. */
function tell(sentence: string, isHint = false): void {
  const message = byId('message');
  message.textContent = sentence;
  message.className = isHint ? 'hint' : '';
  message.hidden = sentence === '';
}

/** A reader's choice. Most begin anew; the learning rate and the speed change as it runs. */
function change(part: Partial<Settings>): void {
  const before = store.settings;
  store.settings = withinReach({ ...before, ...part });
  tell('');
  if (part.backend !== undefined) return void start();
  const { run, settings } = store;
  if (part.rate !== undefined && run) {
    run.isRepeatable &&= run.experiment.iteration === 0;
    run.experiment.rate = settings.rate;
  }
  if (!run) return; // a backend starts, and begins with these settings
  const live = ['rate', 'speed', 'sample', 'layer'];
  if (Object.keys(part).every((name) => live.includes(name))) {
    if (settings.sample !== before.sample) plane.pick(settings.sample - 1);
    show(run);
    refresh();
  } else begin();
}

/** Another layer or another sample to look at. */
function view(part: { layer?: number; sample?: number }): void {
  const { run, settings } = store;
  const next = withinReach({ ...settings, ...part });
  if (!run || (next.layer === settings.layer && next.sample === settings.sample)) return;
  store.settings = next;
  plane.pick(next.sample - 1);
  show(run);
  refresh();
}

/** Makes the experiment of the settings, at iteration 0. */
function begin(): void {
  const { settings, side } = store;
  const run = new Run(settings, side);
  store.run?.dispose();
  store.run = run;
  store.clearRates();
  byId('proof').textContent = '';
  plane.show(run.experiment.set, run.square);
  plane.pick(settings.sample - 1);
  setRunning(false);
  show(run);
  refresh();
}

function show({ experiment: { network, set } }: Run): void {
  const { settings } = store;
  const layers = denseLayersOf(network.layers);
  const output = layers.at(-1)!;
  const selected = layers[settings.layer - 1];
  controls.show(settings, `${output.units} × ${output.activation.name}`);
  tabs.show(network, settings.layer);
  byId('insideTitle').textContent =
    `Layer ${settings.layer} of ${network.layers.length}: ${selected.units} × ${selected.activation.name}`;
  byId('sampleText').textContent =
    `of ${set.m}, class ${set.labels[settings.sample - 1]}. Small letters are its columns; point at the plane to take another.`;
  byId('classes').replaceChildren(
    ...Array.from({ length: set.classes }, (_, k) => {
      const item = document.createElement('span');
      item.textContent = `class ${k}`;
      item.style.setProperty('--colour', `var(--series-${k + 1})`);
      return item;
    }),
  );
  keepAddress();
}

/** The state into the address, a moment later: a browser takes no more than a few of them in a second. */
const keepAddress = later(200, () => {
  const { run, settings } = store;
  const iteration = run?.isRepeatable ? run.experiment.iteration : 0;
  window.history.replaceState(null, '', toQuery(settings, iteration));
});

/** Calls f once it has not been asked for `ms` milliseconds. */
function later(ms: number, f: () => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(f, ms);
  };
}

function setRunning(isRunning: boolean): void {
  store.isRunning = isRunning;
  main.dataset.state = isRunning ? 'running' : 'paused';
  byId('run').textContent = isRunning ? 'Pause' : 'Run';
  store.clearRates();
  if (!isRunning) keepAddress();
  refresh();
}

/** Asks for a frame that draws everything. */
function refresh(): void {
  store.frames.expire();
  wake();
}

function wake(): void {
  if (store.frames.isAsked) return;
  store.frames.isAsked = true;
  requestAnimationFrame(frame);
}

async function frame(now: number): Promise<void> {
  const { run, frames } = store;
  if (store.isBusy || !run) {
    frames.isAsked = false;
    return;
  }
  try {
    frames.atWork = draw(now, run);
    await frames.atWork;
  } catch (error) {
    setRunning(false);
    tell(`${(error as Error).message} Choose another place to work on, or reload the page.`);
  }
  frames.isAsked = false;
  if (store.isRunning || frames.isExpired) wake();
}

/** Steps, then the picture of where they lead. */
async function draw(now: number, run: Run): Promise<void> {
  const { frames, isRunning, rates, settings } = store;
  const { experiment } = run;
  const usual = speeds[settings.speed].steps;
  const count = isRunning
    ? store.pace.make(store.stepsWanted(run, usual), () => experiment.step())
    : 0;
  if (count > 0) rates.steps.add(now, count);
  const isDue = now - frames.lastDrawn >= (gentle.matches ? gentleMs : 0);
  if ((isRunning && count === 0 && frames.lastDetail > 0) || !isDue) return;
  frames.lastDrawn = now;

  const began = performance.now();
  const isDetailed = now - frames.lastDetail >= Math.max(detailMs, 8 * frames.detailTook);
  const score = await experiment.score();
  const over = await experiment.over(run.G, { wantsHidden: isDetailed });
  if (run !== store.run) return;
  run.see(score);
  plane.drawRegions(over.ZL);
  drawCosts(
    byId<HTMLCanvasElement>('costs'),
    run.history.marks,
    store.palette,
    byId<HTMLInputElement>('log').checked,
  );
  write(experiment, score);
  if (isDetailed) {
    frames.lastDetail = now;
    await drawDetail(run, score, [...over.hidden, over.ZL]);
    if (run !== store.run) return;
    frames.detailTook = performance.now() - began;
  }
  rates.frames.add(now);
  watch(run, score);
}

/** The network, and the equations of the layer that is looked at. */
async function drawDetail(run: Run, score: Score, over: readonly Numbers[]): Promise<void> {
  const { experiment, square, side } = run;
  const { network, params } = experiment;
  const { layer, sample } = store.settings;
  const weights = await readWeights(network, params);
  const inside = await insideOf(experiment, layer);
  if (run !== store.run) return;
  const units = [inputsOver(square, side), ...over];
  diagram.draw({ network, weights, units, side, selected: layer }, store.palette);
  panel.show(network, layer, inside, sample - 1, score.cost);
}

function write({ iteration }: Experiment, { cost, accuracy }: Score): void {
  const { frames, steps } = store.rates;
  byId('iteration').textContent = iteration.toLocaleString('en');
  byId('cost').textContent = Number.isFinite(cost) ? cost.toPrecision(4) : String(cost);
  byId('accuracy').textContent = `${(100 * accuracy).toFixed(1)} %`;
  const isFresh = store.isRunning && frames.perSecond !== undefined;
  byId('fps').textContent = isFresh ? String(Math.round(frames.perSecond!)) : '–';
  byId('stepsPerSecond').textContent =
    isFresh && steps.perSecond !== undefined
      ? Math.round(steps.perSecond).toLocaleString('en')
      : '–';
  Object.assign(main.dataset, {
    iteration: String(iteration),
    cost: String(cost),
    accuracy: String(accuracy),
    fps: String(frames.perSecond ?? ''),
    tensors: String(tf.memory().numTensors),
  });
}

/** Stops where the address said, and where the numbers end; speaks where nothing moves. */
function watch({ experiment: { iteration }, first }: Run, { cost }: Score): void {
  const { rate } = store.settings;
  if (main.dataset.state === 'stopped') return;
  if (!Number.isFinite(cost)) {
    setRunning(false);
    main.dataset.state = 'stopped';
    tell(overflowed({ iteration, rate }));
    return;
  }
  if (store.isRunning && store.goal > 0 && iteration === store.goal) {
    store.goal = 0;
    setRunning(false);
    return;
  }
  if (!store.isRunning || !first) return;
  const hint = advice({ iteration, first, cost, rate });
  if (hint) tell(hint, true);
  else if (byId('message').className === 'hint') tell('');
}

/** Whether there is nothing to step from; it says what to do. */
function isOver(): boolean {
  if (main.dataset.state !== 'stopped') return false;
  tell('The weights are no numbers any more: press Reset to begin anew.');
  return true;
}

function run(): void {
  if (store.isBusy || isOver()) return;
  store.goal = 0;
  setRunning(!store.isRunning);
}

function step(): void {
  if (store.isBusy || isOver()) return;
  store.goal = 0;
  setRunning(false);
  store.run?.experiment.step();
  refresh();
}

function reset(): void {
  if (store.isBusy) return;
  store.goal = 0;
  tell('');
  begin();
}

async function check(): Promise<void> {
  if (store.isBusy || !store.run) return;
  setRunning(false);
  store.isBusy = true;
  const button = byId<HTMLButtonElement>('prove');
  const text = byId('proof');
  button.disabled = true;
  text.className = '';
  text.textContent = 'Checking…';
  try {
    await store.frames.atWork;
    await new Promise((painted) => setTimeout(painted, 30));
    const report = await prove(store.run.experiment);
    text.className = report.passed ? 'right' : 'wrong';
    text.textContent = verdict(report);
  } catch (error) {
    text.className = 'wrong';
    text.textContent = `${(error as Error).message} Reload the page and check again.`;
  } finally {
    store.isBusy = false;
    button.disabled = false;
    refresh();
  }
}

/** Starts the backend that is chosen, or says what runs in its place. */
async function start(): Promise<void> {
  store.isBusy = true;
  store.isRunning = false;
  await store.frames.atWork.catch(() => {});
  store.run?.dispose();
  store.run = undefined;
  const { settings } = store;
  const wanted =
    settings.backend === 'auto' ? undefined : [settings.backend as PageBackend['name']];
  let backend: PageBackend;
  try {
    backend = await startBackend(wanted);
  } catch (error) {
    if (!wanted) throw error;
    backend = await startBackend();
    tell(`${settings.backend} does not run in this browser: ${backend.title} does the work.`);
    store.settings = { ...store.settings, backend: 'auto' };
  }
  store.isBusy = false;
  main.dataset.backend = backend.name;
  store.side = sides[backend.name];
  byId('backendShown').textContent = `${backend.title}, TensorFlow.js ${tf.version_core}`;
  for (const id of ['run', 'step', 'reset', 'prove']) byId<HTMLButtonElement>(id).disabled = false;
  begin();
}

const keys: Readonly<Record<string, () => void>> = { ' ': run, s: step, r: reset };

addEventListener('keydown', (event) => {
  const { key, target, ctrlKey, metaKey, altKey } = event;
  const isTaken = (target as HTMLElement).closest?.('input, select, textarea, a, summary');
  const onButton = (target as HTMLElement).closest?.('button') && key === ' ';
  const act = keys[key.toLowerCase()];
  if (!act || isTaken || onButton || ctrlKey || metaKey || altKey) return;
  event.preventDefault();
  act();
});
byId('run').addEventListener('click', run);
byId('step').addEventListener('click', step);
byId('reset').addEventListener('click', reset);
byId('prove').addEventListener('click', () => void check());
byId('log').addEventListener('change', refresh);
addEventListener('resize', refresh);
document.addEventListener('visibilitychange', () => {
  store.clearRates();
});
onTheme(() => {
  store.palette = readPalette();
  plane.recolour(store.palette);
  refresh();
});

showTries(byId('tries'));
if (asked.complaints.length > 0) tell(asked.complaints.join(' '));
start().then(
  () => {
    if (store.goal > 0) setRunning(true);
  },
  (error: Error) => {
    main.dataset.state = 'failed';
    tell(error.message);
  },
);
