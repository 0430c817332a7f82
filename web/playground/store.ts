import type { Tensor2D } from '@tensorflow/tfjs-core';
import type { PageBackend } from '../shared/backend.js';
import { CostHistory } from './costHistory.js';
import { Experiment, gridOf, type Score, type Square, squareAbout } from './experiment.js';
import { Pace, Rate } from './pace.js';
import { type Palette, readPalette } from './palette.js';
import type { Settings } from './settings.js';

/** Points of the grid along a side of the plane: fewer where each of them costs more. */
export const sides: Readonly<Record<PageBackend['name'], number>> = {
  wasm: 48,
  webgl: 48,
  cpu: 28,
};

/** An experiment from its start on, with what the page has seen of it. It owns its tensors. */
export class Run {
  readonly experiment: Experiment;
  readonly square: Square;
  /** The points at which the network is drawn. */
  readonly G: Tensor2D; // (2, side²)
  readonly history = new CostHistory();
  first?: Score;
  /** Whether the settings alone lead to the parameters: not once α has changed on the way. */
  isRepeatable = true;

  /** @throws ValueError for settings that make no experiment. */
  constructor(
    settings: Settings,
    readonly side: number,
  ) {
    this.experiment = new Experiment(settings);
    this.square = squareAbout(this.experiment.set);
    this.G = gridOf(this.square, side);
  }

  see(score: Score): void {
    this.history.add(this.experiment.iteration, score.cost);
    this.first ??= score;
  }

  dispose(): void {
    this.experiment.dispose();
    this.G.dispose();
  }
}

/** When the page was drawn, and what is under way. */
class Frames {
  isAsked = false;
  lastDrawn = 0;
  lastDetail = 0;
  /** What the last detail took: a large network is written less often. */
  detailTook = 0;
  /** The frame at work: a backend is not changed under it. */
  atWork: Promise<void> = Promise.resolve();

  /** The next frame draws everything. */
  expire(): void {
    this.lastDetail = Number.NEGATIVE_INFINITY;
    this.lastDrawn = Number.NEGATIVE_INFINITY;
  }

  get isExpired(): boolean {
    return this.lastDetail === Number.NEGATIVE_INFINITY;
  }
}

/** What the page knows: the one place in which it changes. */
export class Store {
  side = sides.wasm;
  palette: Palette = readPalette();
  /** Undefined before the first backend has started. */
  run?: Run;
  isRunning = false;
  /** The backend starts, or the gradients are checked: no step may be made. */
  isBusy = false;
  readonly frames = new Frames();
  readonly pace = new Pace();
  readonly rates = { frames: new Rate(), steps: new Rate() };

  constructor(
    public settings: Settings,
    /** Where a run stops by itself: the iteration that the address names. */
    public goal: number,
  ) {}

  clearRates(): void {
    this.rates.frames.clear();
    this.rates.steps.clear();
  }

  /** Up to the iteration that the address names, as many steps as fit; else `usual`. */
  stepsWanted({ experiment: { iteration } }: Run, usual: number): number {
    return this.goal > iteration ? this.goal - iteration : usual;
  }
}
