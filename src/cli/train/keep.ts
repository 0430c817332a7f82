import { csvOf } from '../../text/csv.js';
import type { TrainOptions } from '../commands/train.js';
import { whatIsSought } from '../jobs/howRun.js';
import { keepResults } from '../jobs/keepResults.js';
import { type Trained, trainReport } from '../trainReport.js';

/** Keeps what came of a training that workers shared, under the run's name: the table is its history. */
export async function keep(
  run: string,
  trained: Trained,
  options: TrainOptions,
  results: object,
): Promise<void> {
  const { data, backend } = trained;
  await keepResults({
    ...{ run, asked: whatIsSought(options), backend: backend.description, data: data.files },
    ...{ results, table: csvOf(historyOf(trained)), page: await trainReport(trained) },
  });
}

/** The names of the columns, and a row for each epoch that is recorded. */
function historyOf({ run: { unit, logs } }: Trained): (string | number | null)[][] {
  const names = [...new Set(Object.values(logs).flatMap((one) => Object.keys(one)))];
  const rows = Object.entries(logs).map(([epoch, one]) => [
    epoch,
    ...names.map((name) => one[name] ?? null),
  ]);
  return [[unit, ...names], ...rows];
}
