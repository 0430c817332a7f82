import type { DataFormat } from '../formats/format.js';
import { sourceFile } from '../source.js';
import { ownTable } from './ownTable.js';

/** A format whose files are tables: what is read of one becomes samples by `ownTable`. */
export const tableFormat = (
  format: Pick<DataFormat, 'name' | 'title' | 'matches'> & Required<Pick<DataFormat, 'table'>>,
): DataFormat => ({
  ...format,
  read: async (source, options) => {
    const notes: string[] = [];
    const table = await format.table(source, options, notes);
    const name = source.name.replace(/\.\w+$/, '');
    const files = [await sourceFile(source.path)];
    return ownTable(table, { name, format: format.name, files, notes }, options);
  },
});
