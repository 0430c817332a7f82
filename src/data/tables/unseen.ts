/** A word of a text column that no training row has, and how many rows have it. */
export interface UnseenWord {
  readonly column: string;
  readonly word: string;
  readonly rows: number;
}

const shown = 5;

/**
 * What becomes of words that no training row has, a sentence a column.
 *
 * @param where such as ` of test.csv`
 */
export function unseenNotes(unseen: readonly UnseenWord[], where = ''): string[] {
  const columns = [...new Set(unseen.map(({ column }) => column))];
  return columns.map((name) => {
    const own = unseen.filter(({ column }) => column === name);
    const listed = own
      .slice(0, shown)
      .map(({ word, rows }) => `'${word}' (${rows} ${rows === 1 ? 'row' : 'rows'}${where})`);
    const more = own.length > shown ? `, and ${own.length - shown} words more` : '';
    return `Column '${name}': no training row has ${listed.join(', ')}${more}. There the column's inputs are all 0.`;
  });
}
