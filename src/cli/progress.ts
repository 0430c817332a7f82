import { shown } from './style.js';
import { say } from './terminal.js';

export interface Progress {
  /** Of the total, with figures such as `cost 0.69`: the first of them stay where the line is short. */
  update(done: number, figures?: readonly string[]): void;
  /** A line above the bar. */
  say(line: string): void;
  stop(): void;
}

/** A bar on a terminal; elsewhere only the lines. */
export async function progressBar(total: number): Promise<Progress> {
  if (!process.stderr.isTTY) return { update: () => {}, say, stop: () => {} };
  const { MultiBar } = await import('cli-progress');
  let figures: readonly string[] = [];
  const bars = new MultiBar({
    format: (_, { progress, eta }) =>
      progressLine(progress, [...figures, ...left(progress, eta)], process.stderr.columns),
    stream: process.stderr,
    hideCursor: true,
    fps: 10,
    etaBuffer: 500,
    clearOnComplete: true,
    gracefulExit: false, // ending.ts sees to it
  });
  const bar = bars.create(total, 0);
  return {
    update: (done, more) => {
      figures = more ?? figures;
      bar.update(done);
    },
    say: (line) => bars.log(`${shown(line)}\n`),
    stop: () => bars.stop(),
  };
}

const left = (progress: number, eta: number): string[] =>
  progress > 0 && Number.isFinite(eta) ? [`${duration(eta)} left`] : [];

/** 5 s, 2 min 5 s, 1 h 2 min */
export function duration(seconds: number): string {
  const s = Math.round(seconds);
  if (s < 60) return `${s} s`;
  return s < 3600
    ? `${Math.floor(s / 60)} min ${s % 60} s`
    : `${Math.floor(s / 3600)} h ${Math.floor((s % 3600) / 60)} min`;
}

const [minBar, maxBar] = [10, 40];

/** A bar, the percentage and as many figures as there is room for. */
export function progressLine(progress: number, figures: readonly string[], columns = 80): string {
  const percent = `${Math.floor(100 * progress)}`.padStart(4);
  for (let n = figures.length; ; n--) {
    const text = [`${percent} %`, ...figures.slice(0, n)].join(' | ');
    const room = columns - 1 - text.length;
    if (room < minBar && n > 0) continue;
    const size = Math.max(0, Math.min(maxBar, room));
    const done = Math.round(size * Math.min(1, progress));
    return '█'.repeat(done) + '░'.repeat(size - done) + text;
  }
}
