// A page that uses a network trained on a table. It was trained by
//   npx handgrad train --data examples/penguins.csv --missing median --save examples/browser/public/penguins
// and the page is bundled with Vite and served by
//   npm run example:browser

import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { DeepNeuralNetwork } from 'handgrad';
import type { Column } from 'handgrad/data';

/** What card.json says of the columns, and of the classes. */
interface Card {
  readonly input: { readonly columns: readonly Column[] };
  readonly classNames: readonly string[];
}

const form = document.querySelector<HTMLFormElement>('#form')!;
const answer = document.querySelector('#answer')!;

await tf.setBackend('cpu'); // for so few numbers faster than WASM or WebGL
const model = await DeepNeuralNetwork.load(tf.io.http('penguins/model.json'));
const card: Card = await (await fetch('penguins/card.json')).json();
const { columns } = card.input;

/** A field for each column: a number, or one of its words. */
for (const column of columns) {
  const label = document.createElement('label');
  label.append(column.name.replaceAll('_', ' '), field(column));
  form.append(label);
}
form.addEventListener('input', show);

function field(column: Column): HTMLElement {
  if (column.kind === 'number') {
    const input = document.createElement('input');
    Object.assign(input, { name: column.name, type: 'number', step: 'any' });
    return input;
  }
  const select = document.createElement('select');
  select.name = column.name;
  select.append(...column.values.map((value) => new Option(value)));
  return select;
}

/** A field's inputs, as in training: the number, or 1 for its word and 0 for the others. */
function inputsOf(column: Column, given: string): number[] {
  if (column.kind === 'words') return column.values.map((value) => Number(value === given));
  return [given === '' ? column.fill! : Number(given)];
}

/** The network scales the numbers itself: its first layer learned how. */
function show(): void {
  const given = new FormData(form);
  const values = columns.flatMap((column) => inputsOf(column, String(given.get(column.name))));
  if (!values.every(Number.isFinite)) {
    answer.textContent = 'Fill in the numbers.';
    return;
  }
  const probabilities = tf.tidy(() =>
    model.predictProb(tf.tensor2d(values, [values.length, 1])).dataSync(),
  );
  const best = probabilities.indexOf(Math.max(...probabilities));
  answer.textContent = `${card.classNames[best]}, probability ${probabilities[best].toFixed(3)}`;
}
