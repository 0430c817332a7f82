import { byId, element } from '../shared/dom.js';
import { choiceOf, type SetName, sets } from './sets.js';
import {
  backends,
  type HiddenLayer,
  hiddenActivations,
  isIn,
  limits,
  type Settings,
  speeds,
  starts,
} from './settings.js';

type Change = (change: Partial<Settings>) => void;

/** The form of the settings. What cannot be is marked, told, and not taken. */
export class Controls {
  constructor(
    private readonly change: Change,
    private readonly tell: (sentence: string) => void,
  ) {
    const titles = (choices: Readonly<Record<string, { title: string }>>) =>
      Object.entries(choices).map(([name, { title }]) => [name, title] as const);
    this.select('set', titles(sets), (set) => {
      const { points, noise = 0 } = choiceOf(set as SetName);
      change({ set: set as SetName, points, noise });
    });
    this.select('start', titles(starts), (start) => change({ start }));
    this.select('speed', titles(speeds), (speed) => change({ speed }));
    this.select('backend', Object.entries(backends), (backend) => change({ backend }));
    this.number('points', true, (points) => change({ points: 2 * Math.round(points / 2) }));
    this.number('noise', false, (noise) => change({ noise }));
    this.number('rate', false, (rate) => change({ rate }));
    this.number('seed', true, (seed) => change({ seed }));
    this.number('sample', true, (sample) => change({ sample }));
    byId('newSeed').addEventListener('click', () => {
      const seed = Number(byId<HTMLInputElement>('seed').value);
      change({ seed: isIn('seed', String(seed + 1)) ? seed + 1 : 0 });
    });
    byId('addLayer').addEventListener('click', () => {
      const last = this.hidden.at(-1) ?? { units: 4, activation: 'tanh' };
      change({ hidden: [...this.hidden, last] });
    });
  }

  private hidden: readonly HiddenLayer[] = [];

  /** Writes the settings into the form. */
  show(settings: Settings, output: string): void {
    const { set, points, noise, rate, start, seed, speed, backend, sample } = settings;
    const values = { set, points, noise, rate, start, seed, speed, backend, sample };
    for (const [id, value] of Object.entries(values)) {
      const field = byId<HTMLInputElement>(id);
      // What is being typed is not taken away before it is done.
      if (field.dataset.typing) continue;
      if (field.value !== String(value)) field.value = String(value);
      field.removeAttribute('aria-invalid');
    }
    const noisy = choiceOf(set).noise !== undefined;
    byId<HTMLInputElement>('noise').disabled = !noisy;
    byId('noise').title = noisy ? '' : 'These points have the noise that they have.';
    byId<HTMLInputElement>('sample').max = String(points);
    this.showLayers(settings.hidden, output);
  }

  private showLayers(hidden: readonly HiddenLayer[], output: string): void {
    const isSame = JSON.stringify(hidden) === JSON.stringify(this.hidden);
    const list = byId('layers');
    if (isSame && list.dataset.output === output) return;
    this.hidden = hidden;
    list.dataset.output = output;
    const focused = document.activeElement?.getAttribute('data-key');
    const last = document.createElement('li');
    last.dataset.layer = String(hidden.length + 1);
    last.append(element('span', { class: 'of' }, `Layer ${hidden.length + 1}`), output);
    list.replaceChildren(...hidden.map((layer, i) => this.layer(layer, i)), last);
    byId<HTMLButtonElement>('addLayer').disabled = hidden.length >= limits.layers.max;
    if (focused) list.querySelector<HTMLElement>(`[data-key="${focused}"]`)?.focus();
  }

  private layer({ units, activation }: HiddenLayer, i: number): HTMLElement {
    const replace = (change: Partial<HiddenLayer>) =>
      this.change({
        hidden: this.hidden.map((layer, j) => (j === i ? { ...layer, ...change } : layer)),
      });
    const item = document.createElement('li');
    item.dataset.layer = String(i + 1);
    const of = document.createElement('span');
    of.className = 'of';
    of.textContent = `Layer ${i + 1}`;
    const button = (text: string, label: string, pressed: () => void, isOff = false) => {
      const made = document.createElement('button');
      made.type = 'button';
      made.textContent = text;
      made.disabled = isOff;
      made.setAttribute('aria-label', `${label} layer ${i + 1}`);
      made.dataset.key = `${label}${i}`;
      made.addEventListener('click', pressed);
      return made;
    };
    const count = document.createElement('input');
    Object.assign(count, { type: 'number', inputMode: 'numeric', value: String(units) });
    Object.assign(count, { min: String(limits.units.min), max: String(limits.units.max) });
    count.setAttribute('aria-label', `Units of layer ${i + 1}`);
    count.dataset.key = `units${i}`;
    this.onNumber(count, 'units', true, (value) => replace({ units: value }));
    const kind = document.createElement('select');
    kind.append(...[...hiddenActivations.keys()].map((name) => new Option(name, name)));
    kind.value = activation;
    kind.setAttribute('aria-label', `Activation of layer ${i + 1}`);
    kind.dataset.key = `activation${i}`;
    kind.addEventListener('change', () => replace({ activation: kind.value }));
    item.append(
      of,
      button('−', 'One unit less in', () => replace({ units: units - 1 }), units <= 1),
      count,
      button(
        '+',
        'One unit more in',
        () => replace({ units: units + 1 }),
        units >= limits.units.max,
      ),
      kind,
      button('×', 'Remove', () => this.change({ hidden: this.hidden.filter((_, j) => j !== i) })),
    );
    return item;
  }

  private select(
    id: string,
    choices: readonly (readonly [string, string])[],
    chosen: (name: string) => void,
  ): void {
    const element = byId<HTMLSelectElement>(id);
    element.append(...choices.map(([name, title]) => new Option(title, name)));
    element.addEventListener('change', () => chosen(element.value));
  }

  private number(id: keyof typeof limits, isWhole: boolean, chosen: (value: number) => void): void {
    const field = byId<HTMLInputElement>(id);
    Object.assign(field, { min: String(limits[id].min), max: String(limits[id].max) });
    this.onNumber(field, id, isWhole, chosen);
  }

  private onNumber(
    field: HTMLInputElement,
    name: keyof typeof limits,
    isWhole: boolean,
    chosen: (value: number) => void,
  ): void {
    field.addEventListener('input', () => {
      field.dataset.typing = 'yes';
    });
    field.addEventListener('change', () => {
      delete field.dataset.typing;
      const isRight = isIn(name, field.value, isWhole);
      field.setAttribute('aria-invalid', String(!isRight));
      if (isRight) return chosen(Number(field.value));
      const { min, max } = limits[name];
      this.tell(
        `${nameOf(field)}: give ${isWhole ? 'a whole number' : 'a number'} from ${min} to ${max}.`,
      );
    });
  }
}

const nameOf = (field: HTMLInputElement): string =>
  field.getAttribute('aria-label') ?? field.closest('label')?.firstChild?.textContent?.trim() ?? '';
