import type { Source } from './source.js';

/** First bytes of what people give and handgrad does not read, and what they can do. */
const kinds: readonly [starts: readonly string[], what: string, cure: string][] = [
  [['PK\x03\x04'], 'a zip archive', 'Unpack it and give the folder.'],
  [['\xd0\xcf\x11\xe0'], 'an old Excel or Word file', 'Save the sheet as CSV.'],
  [['\x1f\x8b'], 'a gzipped file', 'Unpack it first.'],
  [['%PDF'], 'a PDF', 'Put its table into a CSV file.'],
  [['SQLite format 3'], 'an SQLite database', 'Export the table as CSV.'],
  [['\x80\x04', '\x80\x05'], 'a Python pickle', 'Save the arrays by np.savez(path, X=X, y=y).'],
  [['MATLAB'], 'a MATLAB file', 'Save its arrays as CSV.'],
  [['ARROW1', 'FEA1'], 'an Arrow file', 'Save it as Parquet.'],
  [
    ['\x89PNG', '\xff\xd8\xff', 'GIF8', 'BM', 'RIFF'],
    'a single picture, which has no label',
    'Give the folder whose folders are the classes.',
  ],
  [['<'], 'a web page or XML', 'Download the data file itself.'],
];

/** What was found instead of data, as sentences with the cure. */
export function describeSource(source: Source): string {
  const { path, isFolder, head, size } = source;
  if (isFolder) return describeFolder(source);
  if (size === 0) return `${path} is empty. Give a file with data.`;
  const start = Array.from(head, (byte) => String.fromCharCode(byte)).join('');
  if (start.startsWith('PK') && start.includes('xl/')) {
    return `${path} is an Excel workbook. Save the sheet as CSV.`;
  }
  const known = kinds.find(([starts]) => starts.some((first) => start.startsWith(first)));
  if (known) return `${path} is ${known[1]}. ${known[2]}`;
  return isText(head)
    ? `${path} is a text file, and no table: its lines do not have the same number of values. Give each line as many values, separated by commas, semicolons or tabs.`
    : `${path} is of a kind that handgrad does not know, by its first bytes. Convert it.`;
}

function describeFolder({ path, entries }: Source): string {
  if (entries.length === 0) return `The folder ${path} is empty. Put your data there.`;
  const shown = entries.slice(0, 5).map(({ name, isFolder }) => (isFolder ? `${name}/` : name));
  const more = entries.length > shown.length ? `, and ${entries.length - shown.length} more` : '';
  return `The folder ${path} holds ${shown.join(', ')}${more}, and nothing that makes a data set together. Give the path of a file, or a folder with a folder of pictures for each class.`;
}

/** Whether bytes look like text of any encoding: no byte below the tab. */
export const isText = (head: Uint8Array): boolean => {
  const wide = (head[0] === 0xff && head[1] === 0xfe) || (head[0] === 0xfe && head[1] === 0xff);
  return head.length > 0 && (wide || !head.some((byte) => byte < 9 || (byte > 13 && byte < 32)));
};
