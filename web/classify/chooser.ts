import * as tf from '@tensorflow/tfjs-core';
import { byId, say } from '../shared/dom.js';
import { cardView, choice } from './modelList.js';
import { type ListedModel, type LoadedModel, listModels, loadModel, sentence } from './models.js';

/** Beside the pages, wherever they lie. */
const folder = new URL('../models/', document.baseURI);
const get = (url: URL) => fetch(url);

/** Who is told of the model: it is there, or the one of this name cannot be read. */
export interface Audience {
  ready(model: LoadedModel): void;
  /** The model before is gone by then. */
  gone(): void;
  failed(name: string): void;
}

/**
 * Lists the models, and loads the one that the address names or the first that can be read; afterwards
 * each that is chosen.
 */
export async function offerModels(audience: Audience): Promise<void> {
  const list = byId('list');
  try {
    const models = await listModels(folder, get);
    list.append(...models.map(choice));
    if (models.length === 0) {
      return say(
        byId('model-trouble'),
        'There is no model here. Train one, `npx handgrad train --save models/mine`, and build the pages again.',
      );
    }
    list.addEventListener('change', ({ target }) => {
      const listed = models.find(({ name }) => name === (target as HTMLInputElement).value)!;
      history.replaceState(null, '', `?model=${encodeURIComponent(listed.name)}`);
      void choose(listed, audience);
    });
    const wanted = new URLSearchParams(location.search).get('model');
    const first =
      models.find(({ name }) => name === wanted) ?? models.find(({ manifest }) => manifest);
    if (!first) return;
    for (const input of list.querySelectorAll('input')) input.checked = input.value === first.name;
    await choose(first, audience);
  } catch (error) {
    say(byId('model-trouble'), sentence(error));
  }
}

let current: LoadedModel | undefined;
let choices = 0; // only the last one that was chosen is taken

async function choose(listed: ListedModel, { ready, gone, failed }: Audience): Promise<void> {
  const mine = ++choices;
  const trouble = byId('model-trouble');
  say(trouble);
  byId('card').replaceChildren(cardView(listed, folder));
  gone();
  tf.dispose({ ...current?.params });
  current = undefined;
  try {
    const loaded = await loadModel(folder, listed, get);
    if (mine !== choices) return tf.dispose({ ...loaded.params });
    current = loaded;
    ready(loaded);
  } catch (error) {
    if (mine !== choices) return;
    say(trouble, sentence(error));
    failed(listed.name);
  }
}
