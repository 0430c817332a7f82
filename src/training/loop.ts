import { call, withLosses } from './callbacks.js';
import { Epochs } from './epochs.js';
import { evaluate } from './evaluation.js';
import { type History, record } from './history.js';
import { Pauses } from './pauses.js';
import { Run, type RunParts } from './run.js';
import { assertTrained } from './trained.js';

/** A run from where it stands to its end: epochs, what is recorded and judged behind each, its best. */
export async function loop(parts: RunParts): Promise<History> {
  const run = new Run(parts);
  const pauses = new Pauses(run);
  const epochs = new Epochs(run, pauses);
  const { callbacks, watch, history } = run;
  const { timetable, options } = parts;
  try {
    await call(callbacks, 'onTrainBegin');
    while (run.at.epoch < timetable.epochs && !run.isOver) {
      await pauses.stopIfAsked();
      const isBegun = run.at.batch > 0 || run.at.stream !== undefined;
      if (!isBegun) await call(callbacks, 'onEpochBegin', run.at.epoch);
      const next = await epochs.next();
      run.at = { epoch: next, batch: 0 };
      await finish(run, next);
      await pauses.takeTurn();
    }
    run.isOver = true;
    watch.restoreBest();
    await assertTrained(parts.state.params);
    if (options.checkpoint) await pauses.keep();
    await call(callbacks, 'onTrainEnd', run.logs(run.at.epoch - 1));
    return history;
  } finally {
    watch.dispose();
  }
}

/** Validates after the epochs before `next`, and calls the callbacks. */
async function finish(run: Run, next: number): Promise<void> {
  const { options, timetable, network, state } = run.given;
  const last = next - 1;
  const { validation } = options;
  if (validation && timetable.hasCost(last)) {
    const logs = await evaluate(network, state.params, validation);
    const named = Object.entries(logs).map(([name, value]) => [`val_${name}`, value]);
    record(run.history, last, Object.fromEntries(named));
  }
  const logs = run.logs(last);
  if (timetable.hasCost(last)) run.isOver = run.watch.after(last, logs);
  if (timetable.hasCallback(last)) {
    options.onEpochEnd?.(last, logs.cost);
  }
  await call(run.callbacks, 'onEpochEnd', last, withLosses(logs));
  const epoch = run.history.epoch.at(-1)!;
  const seen = run.logs(epoch);
  const total = timetable.epochs;
  options.onProgress?.({ done: next, total, epoch, cost: seen.cost, logs: seen });
}
