import { readFile, rename, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { figuresOf, runMatrix, seeds } from '../__tests__/oracle/diagnosis/matrix.js';
import { matrixTables } from '../__tests__/oracle/diagnosis/table.js';

/*
 * Plants every mistake in every network, prints what the check makes of it, and writes the tables
 * into docs/oracle.md. With seeds as arguments it only prints: npm run oracle-matrix -- 11 12 13
 */

const page = fileURLToPath(new URL('../docs/oracle.md', import.meta.url));
const [begin, end] = ['<!-- matrix: begin -->', '<!-- matrix: end -->'];

const given = process.argv.slice(2).map(Number);
const cells = await runMatrix(given.length > 0 ? given : seeds);
const tables = matrixTables(cells);
console.log(tables);

if (given.length === 0) {
  const text = await readFile(page, 'utf8');
  const [before, after] = [text.split(begin)[0], text.split(end)[1]];
  if (after === undefined) throw new Error(`docs/oracle.md has no ${begin} … ${end}.`);
  await writeFile(`${page}.new`, `${before}${begin}\n${tables}\n${end}${after}`);
  await rename(`${page}.new`, page);
}

const { planted, caught, wrong } = figuresOf(cells);
if (caught < planted || wrong > 0) process.exitCode = 1;
