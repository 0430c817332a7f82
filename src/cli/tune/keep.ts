import { csvOf } from '../../text/csv.js';
import { whatIsSought } from '../jobs/howRun.js';
import { keepResults } from '../jobs/keepResults.js';
import { say } from '../terminal.js';
import type { Found } from './found.js';
import { resultTable } from './results.js';

/** Keeps what a search has found beside its model, whose folder holds a model and nothing else. */
export async function keep(
  found: Found,
  { results, page, model }: { results: object; page: string; model: string },
): Promise<void> {
  const { prepared, options, run } = found;
  const folder = `${model}-results`;
  await keepResults(
    {
      ...{ run, asked: whatIsSought(options), backend: prepared.backend.description },
      ...{ data: prepared.data.files, results, table: csvOf(resultTable(found).cells), page },
    },
    folder,
  );
  say(`Results: ${folder}`);
}
