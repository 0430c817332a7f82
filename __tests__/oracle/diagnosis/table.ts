import { type Cell, figuresOf } from './matrix.js';
import { type Mistake, mistakes } from './mistakes.js';
import { networks } from './networks.js';

/** The figures in words, the matrix and the causes in it, as Markdown. */
export function matrixTables(cells: readonly Cell[]): string {
  return [figures(cells), matrix(cells), '', causes(cells)].join('\n');
}

function figures(cells: readonly Cell[]): string {
  const f = figuresOf(cells);
  const percent = (n: number) => `${((100 * n) / f.planted).toFixed(1)} %`;
  return `${f.mistakes} mistakes × ${networks.length} networks × ${new Set(cells.map(({ seed }) => seed)).size} draws are ${f.cells} cells.
In ${f.notFitting} of them the mistake cannot be made (−: its shapes throw, or there is no such layer), and in ${f.withoutEffect} it changes no number (=).
Of the ${f.planted} that are left the check catches ${f.caught} (${percent(f.caught)}), and names the cause and the place right in ${f.right + f.equal} (${percent(f.right + f.equal)}).
In ${f.equal} of these (≡) two mistakes give the same gradients on every draw, to 1e-12: the report then names both causes, or the fewer places of the two.
`;
}

function matrix(cells: readonly Cell[]): string {
  const rows = mistakes.map((mistake) => {
    const inNetworks = networks.map((network) =>
      cells
        .filter((cell) => cell.mistake === mistake.name && cell.network === network.name)
        .map(symbol)
        .join(' '),
    );
    return row([mistake.name, causeIds(mistake), ...inNetworks]);
  });
  return table(['mistake', 'cause', ...networks.map(({ name }) => name)], rows);
}

const causeIds = ({ cause, causes = {} }: Mistake) =>
  [cause, ...Object.values(causes)].map((id) => `\`${id}\``).join(', ');

function symbol({ leftOut, caught, verdict }: Cell): string {
  if (leftOut) return leftOut === 'does not fit' ? '−' : '=';
  if (!caught) return 'MISSED';
  return { right: '✓', equal: '≡', wrong: '✗' }[verdict!];
}

/** Each cause with a sentence that the check has printed. */
function causes(cells: readonly Cell[]): string {
  const found = new Map<string, string>();
  for (const { verdict, sentence, mistake } of cells) {
    const { cause, causes } = mistakes.find(({ name }) => name === mistake)!;
    if (verdict === 'right' && !causes && sentence && !found.has(cause)) found.set(cause, sentence);
  }
  const rows = [...found].sort().map(([id, sentence]) => row([`\`${id}\``, sentence]));
  return table(['cause', 'what the report says, for example'], rows);
}

const table = (head: readonly string[], rows: readonly string[]) =>
  [row(head), row(head.map(() => '---')), ...rows].join('\n');

const row = (texts: readonly string[]) =>
  `| ${texts.map((text) => text.replaceAll('|', '\\|')).join(' | ')} |`;
