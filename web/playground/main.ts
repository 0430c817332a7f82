import '../shared/site.css';
import './playground.css';
import type { Tensor2D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { type PageBackend, startBackend } from '../shared/backend.js';
import { byId } from '../shared/dom.js';
import { Controls } from './controls.js';
import { drawCosts } from './costCurve.js';
import { CostHistory } from './costHistory.js';
import { Diagram, inputsOver, readWeights } from './diagram.js';
import { EquationsPanel } from './equationsPanel.js';
import { Experiment, gridOf, type Score, squareAbout } from './experiment.js';
import { insideOf } from './layerInside.js';
import { short } from './numbers.js';
import { Pace, Rate } from './pace.js';
import { onTheme, readPalette } from './palette.js';
import { Plane } from './plane.js';
import { prove, verdict } from './proof.js';
import { fromQuery, type Settings, speeds, toQuery, withinReach } from './settings.js';
import { Tabs } from './tabs.js';
import { showTries } from './tries.js';

/** Points of the grid along a side of the plane: fewer where each of them costs more. */
const sides: Readonly<Record<PageBackend['name'], number>> = { wasm: 48, webgl: 48, cpu: 28 };
/** Milliseconds between two times that the network and the equations are written anew, at the least. */
const detailMs = 120;
const gentleMs = 500;

const asked = fromQuery(location.search);
let settings = asked.settings;
let experiment: Experiment;
let side = sides.wasm;
let G: Tensor2D; // (2, side²)
let history = new CostHistory();
let first: Score | undefined;
let running = false;
/** Where a run stops by itself: the iteration that the address names. */
let goal = asked.iteration;
/** Whether the settings alone lead to the parameters: not once α has changed on the way. */
let isRepeatable = true;
let isBusy = false;
let palette = readPalette();
let lastDetail = 0;
/** What the last of them took: a large network is written less often. */
let detailTook = 0;
let lastDrawn = 0;
let frameAsked = false;
/** The frame at work: a backend is not changed under it. */
let drawing: Promise<void> = Promise.resolve();
const pace = new Pace();
const frames = new Rate();
const steps = new Rate();
const gentle = matchMedia('(prefers-reduced-motion: reduce)');

const main = byId('main');
const diagram = new Diagram(byId<HTMLCanvasElement>('diagram'));
const panel = new EquationsPanel(byId('equations'));
const plane = new Plane(byId('plane'), palette, (sample) => view({ sample: sample + 1 }));
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
  const before = settings;
  settings = withinReach({ ...settings, ...part });
  tell('');
  if (part.backend !== undefined) return void start();
  if (part.rate !== undefined) {
    isRepeatable &&= experiment.iteration === 0;
    experiment.rate = settings.rate;
  }
  const live = ['rate', 'speed', 'sample', 'layer'];
  if (Object.keys(part).every((name) => live.includes(name))) {
    if (settings.sample !== before.sample) plane.pick(settings.sample - 1);
    show();
    refresh();
  } else begin();
}

/** Another layer or another sample to look at. */
function view(part: { layer?: number; sample?: number }): void {
  const next = withinReach({ ...settings, ...part });
  if (next.layer === settings.layer && next.sample === settings.sample) return;
  settings = next;
  plane.pick(settings.sample - 1);
  show();
  refresh();
}

/** Makes the experiment of the settings, at iteration 0. */
function begin(): void {
  const next = new Experiment(settings);
  const square = squareAbout(next.set);
  free();
  experiment = next;
  G = gridOf(square, side);
  history = new CostHistory();
  first = undefined;
  isRepeatable = true;
  frames.clear();
  steps.clear();
  byId('proof').textContent = '';
  plane.show(next.set, square);
  plane.pick(settings.sample - 1);
  setRunning(false);
  show();
  refresh();
}

function free(): void {
  experiment?.dispose();
  G?.dispose();
}

function show(): void {
  const { network, set } = experiment;
  const output = network.layers.at(-1)!;
  controls.show(settings, `${output.units} × ${output.activation.name}`);
  tabs.show(network, settings.layer);
  byId('insideTitle').textContent =
    `Layer ${settings.layer} of ${network.layers.length}: ${network.layers[settings.layer - 1].units} × ${network.layers[settings.layer - 1].activation.name}`;
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

let addressTimer: ReturnType<typeof setTimeout> | undefined;
/** The state into the address, a moment later: a browser takes no more than a few of them in a second. */
function keepAddress(): void {
  clearTimeout(addressTimer);
  addressTimer = setTimeout(() => {
    const iteration = isRepeatable ? experiment.iteration : 0;
    window.history.replaceState(null, '', toQuery(settings, iteration));
  }, 200);
}

function setRunning(next: boolean): void {
  running = next;
  main.dataset.state = next ? 'running' : 'paused';
  byId('run').textContent = next ? 'Pause' : 'Run';
  frames.clear();
  steps.clear();
  if (!next) keepAddress();
  refresh();
}

/** Asks for a frame that draws everything. */
function refresh(): void {
  lastDetail = Number.NEGATIVE_INFINITY;
  lastDrawn = Number.NEGATIVE_INFINITY;
  wake();
}

function wake(): void {
  if (frameAsked) return;
  frameAsked = true;
  requestAnimationFrame(frame);
}

async function frame(now: number): Promise<void> {
  if (isBusy || !experiment) {
    frameAsked = false;
    return;
  }
  try {
    drawing = draw(now);
    await drawing;
  } catch (error) {
    setRunning(false);
    tell(`${(error as Error).message} Choose another place to work on, or reload the page.`);
  }
  frameAsked = false;
  if (running || lastDetail === Number.NEGATIVE_INFINITY) wake();
}

/** Steps, then the picture of where they lead. */
async function draw(now: number): Promise<void> {
  const current = experiment;
  const count = running ? pace.make(stepsWanted(), () => current.step()) : 0;
  if (count > 0) steps.add(now, count);
  const isDue = now - lastDrawn >= (gentle.matches ? gentleMs : 0);
  if ((running && count === 0 && lastDetail > 0) || !isDue) return;
  lastDrawn = now;

  const began = performance.now();
  const isDetailed = now - lastDetail >= Math.max(detailMs, 8 * detailTook);
  const score = await current.score();
  const over = await current.over(G, { wantsHidden: isDetailed });
  if (current !== experiment) return;
  history.add(current.iteration, score.cost);
  first ??= score;
  plane.drawRegions(over.ZL);
  drawCosts(
    byId<HTMLCanvasElement>('costs'),
    history.marks,
    palette,
    byId<HTMLInputElement>('log').checked,
  );
  write(score);
  if (isDetailed) {
    lastDetail = now;
    const { layer, sample } = settings;
    const weights = await readWeights(current.network, current.params);
    const inside = await insideOf(current, layer);
    if (current !== experiment) return;
    const units = [inputsOver(squareAbout(current.set), side), ...over.hidden, over.ZL];
    diagram.draw({ network: current.network, weights, units, side, selected: layer }, palette);
    panel.show(current.network, layer, inside, sample - 1, score.cost);
    detailTook = performance.now() - began;
  }
  frames.add(now);
  watch(score);
}

/** Up to the iteration that the address names, as many steps as fit. */
function stepsWanted(): number {
  const left = goal - experiment.iteration;
  return left > 0 ? left : speeds[settings.speed].steps;
}

function write({ cost, accuracy }: Score): void {
  const { iteration } = experiment;
  byId('iteration').textContent = iteration.toLocaleString('en');
  byId('cost').textContent = Number.isFinite(cost) ? cost.toPrecision(4) : String(cost);
  byId('accuracy').textContent = `${(100 * accuracy).toFixed(1)} %`;
  const isFresh = running && frames.perSecond !== undefined;
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
function watch({ cost }: Score): void {
  const { iteration } = experiment;
  if (main.dataset.state === 'stopped') return;
  if (!Number.isFinite(cost)) {
    setRunning(false);
    main.dataset.state = 'stopped';
    tell(
      `The cost is not a number any more at iteration ${iteration}: with α = ${settings.rate} the steps are too long. Make the learning rate smaller, then Reset.`,
    );
    return;
  }
  if (running && goal > 0 && iteration === goal) {
    goal = 0;
    setRunning(false);
    return;
  }
  if (!running || !first) return;
  if (iteration > 20 && cost > 1.5 * first.cost) {
    tell(
      `The cost has grown from ${short(first.cost)} to ${short(cost)}: with α = ${settings.rate} the steps are too long. Make the learning rate smaller, then Reset.`,
      true,
    );
  } else if (iteration > 300 && Math.abs(cost - first.cost) < 0.002 * first.cost) {
    tell(
      `The cost has stayed at ${short(cost)} for ${iteration} iterations: look at dW of the first layer. Let the weights start otherwise, or add a hidden layer.`,
      true,
    );
  } else if (byId('message').className === 'hint') tell('');
}

/** Whether there is nothing to step from; it says what to do. */
function isOver(): boolean {
  if (main.dataset.state !== 'stopped') return false;
  tell('The weights are no numbers any more: press Reset to begin anew.');
  return true;
}

function run(): void {
  if (isBusy || isOver()) return;
  goal = 0;
  setRunning(!running);
}

function step(): void {
  if (isBusy || isOver()) return;
  goal = 0;
  setRunning(false);
  experiment.step();
  refresh();
}

function reset(): void {
  if (isBusy) return;
  goal = 0;
  tell('');
  begin();
}

async function check(): Promise<void> {
  if (isBusy) return;
  setRunning(false);
  isBusy = true;
  const button = byId<HTMLButtonElement>('prove');
  const text = byId('proof');
  button.disabled = true;
  text.className = '';
  text.textContent = 'Checking…';
  try {
    await drawing;
    await new Promise((painted) => setTimeout(painted, 30));
    const report = await prove(experiment);
    text.className = report.passed ? 'right' : 'wrong';
    text.textContent = verdict(report);
  } catch (error) {
    text.className = 'wrong';
    text.textContent = `${(error as Error).message} Reload the page and check again.`;
  } finally {
    isBusy = false;
    button.disabled = false;
    refresh();
  }
}

/** Starts the backend that is chosen, or says what runs in its place. */
async function start(): Promise<void> {
  isBusy = true;
  running = false;
  await drawing.catch(() => {});
  free();
  const wanted =
    settings.backend === 'auto' ? undefined : [settings.backend as PageBackend['name']];
  let backend: PageBackend;
  try {
    backend = await startBackend(wanted);
  } catch (error) {
    if (!wanted) throw error;
    backend = await startBackend();
    tell(`${settings.backend} does not run in this browser: ${backend.title} does the work.`);
    settings = { ...settings, backend: 'auto' };
  }
  isBusy = false;
  main.dataset.backend = backend.name;
  side = sides[backend.name];
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
  frames.clear();
  steps.clear();
});
onTheme(() => {
  palette = readPalette();
  plane.recolour(palette);
  refresh();
});

showTries(byId('tries'));
if (asked.complaints.length > 0) tell(asked.complaints.join(' '));
start().then(
  () => {
    if (goal > 0) setRunning(true);
  },
  (error: Error) => {
    main.dataset.state = 'failed';
    tell(error.message);
  },
);
