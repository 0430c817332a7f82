import { DataError } from '../../core/errors.js';
import { assertFew, Budget } from '../../files/bounds.js';
import { parseCell } from './cell.js';

/** What stands in a column's `codes` where no word does. */
export const number = -1;
export const missing = -2;

/**
 * A column as it was read. A cell is a number, a word by its code, or missing: the words of a large
 * table are kept once each, and its numbers as such.
 */
export interface RawColumn {
  readonly name: string;
  readonly numbers: Float64Array;
  /** Places in `words`, or `number` or `missing`. */
  readonly codes: Int32Array;
  readonly words: readonly string[];
}

/** A table as it was read, m rows. */
export interface Table {
  /** The path, for messages. */
  readonly of: string;
  readonly m: number;
  readonly columns: readonly RawColumn[];
  /** The place of each row in the file, as an editor or a spreadsheet counts. */
  readonly rowNumbers: Uint32Array;
  /** What is left of the memory that its file may take. */
  readonly budget?: Budget;
}

/** A cell's text: of a number, as JavaScript writes it. */
export const textAt = ({ codes, words, numbers }: RawColumn, i: number): string =>
  codes[i] >= 0 ? words[codes[i]] : String(numbers[i]);

/** Takes a table row by row, without keeping the rows. */
export class TableBuilder {
  private readonly columns: GrowingColumn[] = [];
  private rowNumbers = new Uint32Array(256);
  private m = 0;

  constructor(
    private readonly of: string,
    private readonly decimalComma = false,
    private readonly budget = new Budget(of, 0, DataError),
  ) {}

  get width(): number {
    return this.columns.length;
  }

  get rows(): number {
    return this.m;
  }

  /** A column whose cells so far are missing. */
  addColumn(): void {
    assertFew(this.of, this.columns.length + 1, 'columns', 'columns or more', DataError);
    this.budget.take(perColumn + this.m * perCell, 'its table takes');
    const column = new GrowingColumn();
    for (let i = 0; i < this.m; i++) column.add(undefined);
    this.columns.push(column);
  }

  /** Cells as text, or as numbers, booleans and null, in the order of the columns. */
  addRow(cells: readonly unknown[], rowNumber: number): void {
    this.budget.take((this.columns.length + 1) * perCell, 'its table takes');
    this.columns.forEach((column, j) => {
      column.add(parseCell(cells[j], this.decimalComma));
    });
    if (this.m === this.rowNumbers.length) this.rowNumbers = grown(this.rowNumbers, Uint32Array);
    this.rowNumbers[this.m++] = rowNumber;
  }

  table(names: readonly string[]): Table {
    return {
      of: this.of,
      m: this.m,
      columns: this.columns.map((column, j) => column.done(names[j])),
      rowNumbers: this.rowNumbers.slice(0, this.m),
      budget: this.budget,
    };
  }
}

/** A number and a code. */
const perCell = 12;
/** What a column takes beside its cells. */
const perColumn = 300;

class GrowingColumn {
  private numbers = new Float64Array(4);
  private codes = new Int32Array(4);
  private readonly codeOf = new Map<string, number>();
  private m = 0;

  add(cell: number | string | undefined): void {
    if (this.m === this.codes.length) {
      this.numbers = grown(this.numbers, Float64Array);
      this.codes = grown(this.codes, Int32Array);
    }
    this.numbers[this.m] = typeof cell === 'number' ? cell : Number.NaN;
    this.codes[this.m++] =
      cell === undefined ? missing : typeof cell === 'number' ? number : this.code(cell);
  }

  private code(word: string): number {
    const known = this.codeOf.get(word);
    if (known !== undefined) return known;
    this.codeOf.set(word, this.codeOf.size);
    return this.codeOf.size - 1;
  }

  done(name: string): RawColumn {
    const words = [...this.codeOf.keys()];
    return {
      name,
      numbers: this.numbers.slice(0, this.m),
      codes: this.codes.slice(0, this.m),
      words,
    };
  }
}

type Growing = Uint32Array | Int32Array | Float64Array;

function grown<T extends Growing>(values: T, Values: new (length: number) => T): T {
  const larger = new Values(2 * values.length);
  larger.set(values);
  return larger;
}
