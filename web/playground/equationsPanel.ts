import { denseLayersOf } from '../../src/core/layers/dense.js';
import type { Network } from '../../src/core/network.js';
import { equation } from '../../src/report/equation.js';
import { html } from '../../src/report/html.js';
import { put } from '../shared/trusted.js';
import { equationsOf, type Line, rowsOf, type Term } from './equations.js';
import type { Inside } from './layerInside.js';
import { short } from './numbers.js';

/** More rows and columns than these of a matrix are counted, not shown. */
const max = 8;

/** The equations of one layer, each with its values, which change while the network trains. */
export class EquationsPanel {
  private shown = '';
  private update: (inside: Inside, sample: number, cost: number) => void = () => {};

  constructor(private readonly element: HTMLElement) {}

  /** Builds what is not there yet, then writes the numbers in. Samples count from 0. */
  show(network: Network, l: number, inside: Inside, sample: number, cost: number): void {
    const key = JSON.stringify([
      l,
      denseLayersOf(network.layers).map(({ units, activation }) => [units, activation.name]),
    ]);
    if (this.shown !== key) {
      this.shown = key;
      this.build(network, l);
    }
    this.update(inside, sample, cost);
  }

  private build(network: Network, l: number): void {
    const updates: (typeof this.update)[] = [];
    const parts = equationsOf(network, l).map(({ title, lines }) => {
      const part = make('section', `part ${title.toLowerCase()}`);
      part.append(make('h3', '', title));
      for (const line of lines) part.append(lineOf(line, updates));
      if (title === 'Backward' && l === 1) {
        part.append(
          make(
            'p',
            'quiet',
            'dX is not computed: the data does not change, so nobody asks for it.',
          ),
        );
      }
      return part;
    });
    this.element.replaceChildren(...parts);
    this.update = (inside, sample, cost) => {
      for (const update of updates) update(inside, sample, cost);
    };
  }
}

type Update = (inside: Inside, sample: number, cost: number) => void;

function lineOf({ tex, terms, by }: Line, updates: Update[]): HTMLElement {
  const line = make('div', 'line');
  const head = make('div', 'equation');
  put(head, equation(tex));
  head.append(make('code', '', by));
  const numbers = make('div', 'numbers');
  for (const term of terms) {
    numbers.append(typeof term === 'string' ? make('span', 'sign', term) : matrixOf(term, updates));
  }
  if (terms.length === 0) {
    const value = make('span', 'sign');
    numbers.append(value);
    updates.push((_, __, cost) => {
      value.textContent = `J = ${short(cost)}`;
    });
  }
  line.append(head, numbers);
  return line;
}

/** A matrix as a small table between brackets, with its name and its shape over it. */
function matrixOf(term: Term, updates: Update[]): HTMLElement {
  const element = make('span', 'matrix');
  const name = make('span', 'name');
  const table = document.createElement('table');
  element.append(name, table);
  let cells: HTMLTableCellElement[][] = [];
  let title = '';

  updates.push((inside, sample) => {
    const rows = rowsOf(term, inside, sample);
    const next = titleOf(term, rows, sample);
    if (next.toString() !== title) {
      title = next.toString();
      put(name, next);
      table.setAttribute('aria-label', name.textContent!);
    }
    const shown = rows.slice(0, max).map((row) => row.slice(0, max));
    if (cells.length !== shown.length || cells[0].length !== shown[0].length) {
      cells = fill(table, shown, rows.length - max, rows[0].length - max);
    }
    const largest = Math.max(...shown.flat().map(Math.abs));
    shown.forEach((row, i) => {
      row.forEach((value, j) => {
        write(cells[i][j], value, largest);
      });
    });
  });
  return element;
}

function fill(
  table: HTMLTableElement,
  shown: readonly (readonly number[])[],
  moreRows: number,
  moreColumns: number,
): HTMLTableCellElement[][] {
  table.replaceChildren();
  const cells = shown.map((row) => {
    const line = table.insertRow();
    const made = row.map(() => line.insertCell());
    if (moreColumns > 0) line.insertCell().textContent = '…';
    return made;
  });
  if (moreRows > 0) {
    const cell = table.insertRow().insertCell();
    cell.colSpan = shown[0].length + 1;
    cell.textContent = `⋮ ${moreRows} more`;
    cell.className = 'more';
  }
  return cells;
}

function write(cell: HTMLTableCellElement, value: number, largest: number): void {
  const text = short(value);
  if (cell.textContent !== text) cell.textContent = text;
  const share =
    largest > 0 && Number.isFinite(value) ? Math.round((40 * Math.abs(value)) / largest) : 0;
  const colour = `color-mix(in srgb, var(--series-${value < 0 ? 1 : 2}) ${share}%, transparent)`;
  if (cell.dataset.colour !== colour) {
    cell.dataset.colour = colour;
    cell.style.background = colour;
  }
}

/** Such as z[1](17) (4, 1): small letters for a sample, whose number counts from 1. */
function titleOf({ name, layer, sample, transposed }: Term, rows: readonly number[][], i: number) {
  const letter = sample ? name.replace(/[A-Z]/, (each) => each.toLowerCase()) : name;
  const of = layer > 0 && name !== 'Y' ? `[${layer}]` : '';
  const above = `${of}${sample ? `(${i + 1})` : ''}${transposed ? '⊤' : ''}`;
  return html`<i>${letter}</i>${above !== '' && html`<sup>${above}</sup>`} <small>(${rows.length}, ${rows[0].length})</small>`;
}

function make(tag: string, className = '', text = ''): HTMLElement {
  const element = document.createElement(tag);
  if (className) element.className = className;
  element.textContent = text;
  return element;
}
