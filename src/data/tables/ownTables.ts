import { DataError } from '../../core/errors.js';
import type { PartName } from '../arrays/parts.js';
import { inMemory, type OwnData, type ReadDataOptions, type SampleSet } from '../sampleSet.js';
import { chooseTarget, withoutChosen, withoutEmpty, withoutIndex } from './chooseColumns.js';
import { encodeRows, inputsOf } from './encode.js';
import { withoutHoles } from './holes.js';
import { ownTable, type TableFile } from './ownTable.js';
import type { RawColumn, Table } from './table.js';
import { targetsLike } from './target.js';
import { unseenNotes } from './unseen.js';

/** The table of a part. */
export interface PartTable {
  readonly part: PartName;
  readonly table: Table;
}

/**
 * Own data from a table a part, training first: what the columns and the target are is decided by the
 * training part alone, and the others are read like it.
 *
 * @throws DataError that names the column that a part lacks or has beside, and what `ownTable` throws.
 */
export function ownTables(
  [{ table: train }, ...others]: readonly PartTable[],
  file: TableFile,
  options: ReadDataOptions,
): OwnData {
  const data = ownTable(train, file, options);
  if (data.input.kind !== 'table') return data;
  const { columns, target } = data.input;
  const notes = [...data.notes];
  const sets: Partial<Record<PartName, SampleSet>> = {};
  let { missing } = data;
  for (const { part, table: read } of others) {
    assertSameColumns(part, usedOf(read, options), usedOf(train, options), options);
    const used = new Set([...columns.map(({ name }) => name), ...target]);
    const words = new Set(columns.flatMap(({ name, kind }) => (kind === 'words' ? [name] : [])));
    const own = { ...read, columns: read.columns.filter(({ name }) => used.has(name)) };
    const isWords = ({ name }: RawColumn) => words.has(name);
    const { table, missing: how } = withoutHoles(own, options, isWords, notes);
    missing ??= how;
    const { values, unseen } = encodeRows(table, columns);
    notes.push(...unseenNotes(unseen, ` of ${table.of}`));
    sets[part] = inMemory(values, {
      shape: [inputsOf(columns)],
      targets: targetsLike(table, target, data.train.targets, 'the training part'),
      origin: (i) => `row ${table.rowNumbers[i]}`,
    });
  }
  return { ...data, ...sets, notes: [...new Set(notes)], ...(missing && { missing }) };
}

/** Without what is left out, which another part need not have. */
function usedOf(table: Table, options: ReadDataOptions): Table {
  const names = table.columns.map(({ name }) => name);
  const leaveOut = options.leaveOut?.filter(
    (name) => names.includes(name) || names.includes(`column ${name}`),
  );
  return withoutIndex(withoutChosen(table, { leaveOut }), []);
}

function assertSameColumns(
  part: PartName,
  own: Table,
  train: Table,
  options: ReadDataOptions,
): void {
  if (own.m === 0) throw new DataError(`${own.of} has no rows. Give a row at least.`);
  const names = new Set(own.columns.map(({ name }) => name));
  const known = new Set(train.columns.map(({ name }) => name));
  const missing = train.columns.find(({ name }) => !names.has(name))?.name;
  const alone = `train on ${train.of} alone, and give ${own.of} to predict`;
  if (missing !== undefined) {
    const isTarget = chooseTarget(withoutEmpty(train, []), options).includes(missing);
    throw new DataError(
      isTarget
        ? `${own.of}: labels missing in the ${part} part: it has no column '${missing}', which is the target. Put it there; or ${alone}.`
        : `${own.of} has no column '${missing}', which ${train.of} has. Give both the same columns; if ${own.of} has no labels, ${alone}.`,
    );
  }
  const more = [...names].find((name) => !known.has(name));
  if (more === undefined) return;
  throw new DataError(
    `${own.of} has the column '${more}', which ${train.of} does not have. Remove it, or leave it out: leaveOut: ['${more}'].`,
  );
}
