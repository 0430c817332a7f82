import { describe, expect, test } from '@jest/globals';
import { classesOf, numbersOf, rowsOf, trial } from './trial.js';

const { read, failure } = trial();

const lines = (...rows: string[]) => `${rows.join('\n')}\n`;

describe('a table comes as it stands in the file', () => {
  const plain = lines('a,b,kind', '1,2.5,x', '3,4.5,y', '5,6.5,x');
  const expected = [
    [1, 2.5],
    [3, 4.5],
    [5, 6.5],
  ];
  const bom = '\ufeff';
  const wide = (text: string) => Buffer.from(`${bom}${text}`, 'utf16le');

  test.each<[string, string, string | Uint8Array]>([
    ['commas', 'a.csv', plain],
    ['a mark of the byte order', 'a.csv', bom + plain],
    ['UTF-16', 'a.csv', wide(plain)],
    ['UTF-16, the high byte first', 'a.csv', wide(plain).swap16()],
    [
      "Windows' ends of lines, and empty lines",
      'a.csv',
      `${plain.replaceAll('\n', '\r\n')}\r\n\r\n`,
    ],
    ["an old Mac's ends of lines", 'a.csv', plain.replaceAll('\n', '\r')],
    ['no end of the last line', 'a.csv', plain.trimEnd()],
    ['semicolons', 'a.csv', plain.replaceAll(',', ';')],
    ['tabs', 'a.tsv', plain.replaceAll(',', '\t')],
    ['bars', 'a.csv', plain.replaceAll(',', '|')],
    ['blanks', 'a.dat', plain.replaceAll(',', '   ')],
    ['blanks around values', 'a.csv', plain.replaceAll(',', ' , ')],
    ['quotation marks', 'a.csv', plain.replace(/[^,\n]+/g, '"$&"')],
    ['another ending', 'a.txt', plain],
    ['no ending', 'a', plain],
    ['a separator too many on each line', 'a.csv', plain.replaceAll('\n', ',\n')],
    ['rows of separators alone at the end', 'a.csv', `${plain},,\n,,\n`],
  ])('with %s', async (_, name, contents) => {
    const { train, input, format } = await read(name, contents);
    expect(format).toBe('csv');
    expect(rowsOf(train)).toEqual(expected);
    expect(classesOf(train)).toEqual(['x', 'y', 'x']);
    expect(input).toMatchObject({
      columns: [
        { name: 'a', kind: 'number' },
        { name: 'b', kind: 'number' },
      ],
      target: ['kind'],
    });
  });

  test('with decimal commas, said so', async () => {
    const text = lines('a;b;kind', '1,5;-2;x', '3;4,25e1;y');
    const { train } = await read('a.csv', text, { decimalComma: true });
    expect(rowsOf(train)).toEqual([
      [1.5, -2],
      [3, 42.5],
    ]);
    expect(await failure(read('a.csv', text))).toMatch(/column 'a'.*'1,5'.*decimalComma: true/);
  });

  test('with a single decimal comma among numbers', async () => {
    const rows = Array.from({ length: 20 }, (_, i) => `${i};${i % 2 ? 'x' : 'y'}`);
    expect(await failure(read('a.csv', lines('a;kind', ...rows, '1,5;x')))).toBe(
      "DataError: a.csv, row 22, column 'a': '1,5' is no number, as 20 other values of the column are. If a comma is its decimal point, say so: decimalComma: true.",
    );
  });

  test("in Windows' encoding, and says so", async () => {
    const text = Buffer.from(lines('Länge,Art', '1,grün', '2,rot'), 'latin1');
    const { input, train, notes } = await read('a.csv', text);
    expect(input).toMatchObject({ columns: [{ name: 'Länge' }] });
    expect(classesOf(train)).toEqual(['grün', 'rot']);
    expect(notes[0]).toMatch(/not in UTF-8.*Windows-1252/);
  });

  test("with Excel's line for the separator", async () => {
    const { train } = await read('a.csv', lines('sep=;', 'a;y', '1;x, y', '2;z'));
    expect(classesOf(train)).toEqual(['x, y', 'z']);
    expect(train.origin(0)).toBe('row 3');
  });

  test('and says where a float32 rounds its numbers', async () => {
    const { notes } = await read('a.csv', lines('t,b,y', '1700000001,1,x', '1700000002,2.5,y'));
    expect(notes.join()).toMatch(/Column t has whole numbers beyond 2\^24/);
    expect(notes.join()).not.toMatch(/Column b/);
  });

  test('with separators, line breaks and quotation marks in quotes', async () => {
    const text = 'a,"the\nkind"\r\n1,"x, ""one""\nor two"\r\n2,y\r\n';
    const { train, input } = await read('a.csv', text);
    expect(classesOf(train)).toEqual(['x, "one"\nor two', 'y']);
    expect(input).toMatchObject({ target: ['the\nkind'] });
    expect(train.origin(1)).toBe('row 3');
  });

  test('of 200,000 rows', async () => {
    const m = 200_000;
    const rows = Array.from({ length: m }, (_, i) => `${i / 8},${i % 3},${i % 2 ? 'odd' : 'even'}`);
    const { train } = await read('long.csv', `a,b,parity\n${rows.join('\n')}`);
    expect(train.m).toBe(m);
    expect([...train.take([m - 1])]).toEqual([(m - 1) / 8, (m - 1) % 3]);
    const headless = await read('long.csv', rows.join('\n'));
    expect([...headless.train.take([0, m - 1])]).toEqual([0, 0, (m - 1) / 8, (m - 1) % 3]);
  });
});

describe('the header', () => {
  test('is told by names over numbers', async () => {
    const { train, notes, input } = await read('a.csv', lines('1,2,x', '3,4,y'));
    expect(rowsOf(train)).toEqual([
      [1, 2],
      [3, 4],
    ]);
    expect(train.origin(0)).toBe('row 1');
    expect(notes[0]).toBe('No header: the columns are called column 1 to column 3.');
    expect(input).toMatchObject({ columns: [{ name: 'column 1' }, { name: 'column 2' }] });
  });

  test('is there in a table of words if its words do not come again', async () => {
    const { train } = await read('a.csv', lines('colour,kind', 'red,x', 'blue,y', 'red,x'));
    expect(rowsOf(train)).toEqual([
      [0, 1],
      [1, 0],
      [0, 1],
    ]);
    expect((await read('a.csv', lines('red,x', 'blue,y', 'red,x'))).train.m).toBe(3);
  });

  test("may count 0, 1, 2, … as pandas' does", async () => {
    const named = await read('a.csv', lines('0,1,label', '5,2.5,x', '6,3.5,y'));
    expect(rowsOf(named.train)).toEqual([
      [5, 2.5],
      [6, 3.5],
    ]);
    const counted = await read('a.csv', lines(',0,1', '0,5,2.5', '1,6,3.5', '2,7,1'));
    expect(numbersOf(counted.train)).toEqual([2.5, 3.5, 1]);
    expect(rowsOf(counted.train)).toEqual([[5], [6], [7]]);
  });

  test('may be of years beside a word, said so', async () => {
    const rows = (kinds: string[]) => kinds.map((kind, i) => `${i},${7 - i},${kind}`);
    const text = lines('2019,2020,kind', ...rows(['a', 'b', 'a', 'b', 'a', 'b']));
    const { train, input, notes } = await read('a.csv', text);
    expect([train.m, input]).toEqual([6, expect.objectContaining({ target: ['kind'] })]);
    expect(notes[0]).toMatch(/first row, 2019, 2020, kind, names the columns.*header: false/);
    expect((await read('a.csv', text, { header: false })).train.m).toBe(7);
    const values = lines('2.5,7,c', ...rows(['a', 'b', 'a', 'b', 'a', 'b']));
    expect((await read('a.csv', values)).train.m).toBe(7);
  });

  test('is there or not as the option says', async () => {
    const text = lines('2019,2020,2021', '1,2,0', '3,4,1');
    expect((await read('a.csv', text)).train.m).toBe(3);
    expect((await read('a.csv', text, { header: true })).input).toMatchObject({ target: ['2021'] });
  });
});

describe('the target', () => {
  const text = lines('kind,a,b', 'x,1,2', 'y,3,4', 'x,5,7');

  test('is the last column, said so', async () => {
    const { notes, train } = await read('a.csv', text);
    expect(notes).toContain('Target: b, the last column: numbers.');
    expect(numbersOf(train)).toEqual([2, 4, 7]);
  });

  test('is a column by its name, or several of numbers', async () => {
    const { train, notes } = await read('a.csv', text, { target: ['kind'] });
    expect(classesOf(train)).toEqual(['x', 'y', 'x']);
    expect(notes).toContain('Target: kind: 2 classes.');
    const two = await read('a.csv', text, { target: ['b', 'a'] });
    expect(numbersOf(two.train)).toEqual([1, 2, 3, 4, 5, 7]);
    expect(two.train.targets).toMatchObject({ names: ['a', 'b'] });
  });

  test('is a column by its number where there is no header', async () => {
    const { train } = await read('a.csv', lines('1,x', '2,y', '3,x'), { target: ['1'] });
    expect(numbersOf(train)).toEqual([1, 2, 3]);
  });

  const rows = (labels: readonly (number | string)[]) =>
    lines('a,y', ...labels.map((label, i) => `${i * 1.5},${label}`));

  test('is of classes if it has few whole numbers, sorted by value', async () => {
    const { train, notes } = await read('a.csv', rows([10, 9, 10, 9, -1, 9]));
    expect(train.targets).toMatchObject({ classes: ['-1', '9', '10'] });
    expect(classesOf(train)).toEqual(['10', '9', '10', '9', '-1', '9']);
    expect(notes).toContain('Target: y, the last column: 3 classes, the numbers -1, 9, 10.');
  });

  test.each([
    ['more than ten', Array.from({ length: 40 }, (_, i) => i % 11)],
    ['nearly all different', [1, 2, 3, 4, 4, 5]],
    ['not whole', [0.5, 1.5, 0.5, 1.5]],
  ])('is of numbers if they are %s', async (_, labels) => {
    expect(numbersOf((await read('a.csv', rows(labels))).train)).toEqual(labels);
  });

  test('is what the option task says', async () => {
    const labels = [1, 2, 1, 2];
    const numbers = await read('a.csv', rows(labels), { task: 'regression' });
    expect(numbersOf(numbers.train)).toEqual(labels);
    const classes = await read('a.csv', rows([0.5, 1.5, 0.5, 1.5]), { task: 'classification' });
    expect(classesOf(classes.train)).toEqual(['0.5', '1.5', '0.5', '1.5']);
  });

  test.each<[string, string, Parameters<typeof read>[2], RegExp]>([
    ['unknown', text, { target: ['knd'] }, /no column 'knd'.*Did you mean 'kind'\?/],
    ['unlike any', text, { target: ['zzzzz'] }, /no column 'zzzzz'.*The columns are kind, a, b\./],
    ['none', text, { target: [] }, /target is empty/],
    ['one value', lines('a,y', '1,x', '2,x'), {}, /target 'y' is 'x' in every row.*Give another/],
    ['missing', lines('a,y', '1,x', '2,'), { missing: 'mean' }, /row 3, column 'y': the target/],
    ['words for regression', text, { target: ['kind'], task: 'regression' }, /holds words.*'x'/],
    ['two with words', text, { target: ['kind', 'a'] }, /'kind' holds words/],
    ['alone', lines('y,z', '1,2', '2,5'), { target: ['y', 'z'] }, /target's column alone/],
    [
      'too many words',
      rows(Array.from({ length: 12 }, (_, i) => `n${i}`)),
      {},
      /12 different values in 12 rows.*too many to be classes/,
    ],
  ])('is refused if it is %s', async (_, contents, options, message) => {
    expect(await failure(read('a.csv', contents, options))).toMatch(message);
  });
});

describe('columns', () => {
  test('of words become an input for each word, in their order', async () => {
    const text = lines('size,ok,y', 'S,True,1.5', 'L,False,2.5', 'M,True,3.5');
    const { train, input, notes } = await read('a.csv', text);
    expect(rowsOf(train)).toEqual([
      [0, 0, 1, 0, 1],
      [1, 0, 0, 1, 0],
      [0, 1, 0, 0, 1],
    ]);
    expect(input).toMatchObject({
      columns: [
        { name: 'size', kind: 'words', values: ['L', 'M', 'S'] },
        { name: 'ok', kind: 'words', values: ['False', 'True'] },
      ],
    });
    expect(notes).toContain('One input for each word of size (3), ok (2).');
  });

  test('are left out by name, and when they only count the rows', async () => {
    const text = lines(',name,a,y', '0,Ada,1.5,x', '1,Bob,2.5,y', '2,Cyd,3,x');
    const { train, notes } = await read('a.csv', text, { leaveOut: ['name'] });
    expect(rowsOf(train)).toEqual([[1.5], [2.5], [3]]);
    expect(notes).toContain('The first column has no name and counts the rows: it is left out.');
    expect(await failure(read('a.csv', text, { leaveOut: ['nam'] }))).toMatch(
      /Did you mean 'name'/,
    );
  });

  test('without a name that do not count are inputs; ids with one are named', async () => {
    const { train } = await read('a.csv', lines(',kind', '7,x', '3,y'));
    expect(rowsOf(train)).toEqual([[7], [3]]);
    const { notes } = await read('a.csv', lines('Id,a,y', '1,5,x', '2,4,y'));
    expect(notes.join()).toMatch(/Column Id counts the rows.*leaveOut: \['Id'\]/);
  });

  test('of one value are fine', async () => {
    expect(rowsOf((await read('a.csv', lines('a,b,y', '1,5,x', '1,4,y'))).train)).toEqual([
      [1, 5],
      [1, 4],
    ]);
  });

  const many = (cell: (i: number) => string) =>
    lines('a,b,y', ...Array.from({ length: 24 }, (_, i) => `${cell(i)},${i}.5,${'xy'[i % 2]}`));

  test.each<[string, string, RegExp]>([
    [
      'a word among numbers',
      many((i) => (i === 5 ? 'abc' : `${i}`)),
      /row 7, column 'a': 'abc' is no number, as 23 other/,
    ],
    [
      'infinity among numbers',
      many((i) => (i === 3 ? 'inf' : `${i}`)),
      /row 5.*'inf' is no number/,
    ],
    ['names', many((i) => `name ${i}`), /'a' has 24 different texts in 24 rows.*leaveOut: \['a'\]/],
    ['dates', many((i) => `2024-01-${10 + i}`), /column 'a' holds dates such as '2024-01-10'/],
    ['dates as in Germany', many((i) => `${1 + i}.3.2024`), /holds dates/],
  ])('of %s are refused', async (_, contents, message) => {
    expect(await failure(read('a.csv', contents))).toMatch(message);
  });
});

describe('a file is refused, with the place and the cure,', () => {
  test.each<[string, string | Uint8Array, RegExp]>([
    ['empty', '', /a\.csv is empty\. Give a file with data/],
    ['of empty lines', '\n\n', /a\.csv is empty/],
    ['with a header alone', 'a,b\n', /has no rows of values. Give two rows/],
    ['with one row', lines('a,y', '1,x'), /has one row of values. Give two/],
    ['with one column', lines('a', '1', '2'), /one column only.*Give columns/],
    [
      'with a short row',
      lines('a,b,y', '1,2,x', '', '3,4'),
      /row 4: it has 2 values.*first row has 3/,
    ],
    ['with a long row', lines('a,b,y', '1,2,x', '3,4,y,5'), /row 3: it has 4 values/],
    ['with a name twice', lines('a,b,a', '1,2,x', '3,4,y'), /2 columns named 'a', columns 1 and 3/],
    ['with an open quotation mark', lines('a,y', '1,"x', '2,y'), /line \d: a quotation mark.*""/],
    ['without any value', lines('a,y', 'NA,?', ',null'), /no values at all/],
    [
      'with comments',
      lines('# from a web page', 'a,y', '1,2', '3,4'),
      /Remove the lines of comments/,
    ],
    [
      'with a number that is too large',
      lines('a,y', '1e39,x', '2,y'),
      /row 2, column 'a': 1e\+39 is too large/,
    ],
    ['with zeros', Buffer.from('a,y\n1,\0\n2,x\n'), /.+/],
  ])('%s', async (_, contents, message) => {
    const said = await failure(read('a.csv', contents));
    expect(said).toMatch(message);
    expect(said).toMatch(/^DataError: a\.csv/);
  });
});
