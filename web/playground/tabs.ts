import { denseLayersOf } from '../../src/core/layers/dense.js';
import type { Network } from '../../src/core/network.js';
import { element } from '../shared/dom.js';

/**
 * A tab for each layer under its column of the drawing. Pointing at one, at its row in the list, or
 * walking to it with the arrow keys, chooses it.
 */
export class Tabs {
  private shown = '';
  private selected = 1;

  constructor(
    private readonly element: HTMLElement,
    list: HTMLElement,
    private readonly chosen: (layer: number) => void,
  ) {
    const choose = ({ target }: Event) => {
      const layer = (target as HTMLElement).closest<HTMLElement>('[data-layer]')?.dataset.layer;
      if (layer !== undefined) this.chosen(Number(layer));
    };
    for (const each of [element, list]) {
      each.addEventListener('pointerover', choose);
      each.addEventListener('focusin', choose);
      each.addEventListener('click', choose);
    }
    element.addEventListener('keydown', ({ key }) => {
      const tabs = this.tabs();
      const next: Record<string, number> = {
        ArrowRight: this.selected + 1,
        ArrowLeft: this.selected - 1,
        Home: 1,
        End: tabs.length,
      };
      tabs[(next[key] ?? 0) - 1]?.focus();
    });
  }

  show(network: Network, selected: number): void {
    const names = denseLayersOf(network.layers).map(
      ({ units, activation }) => [units, activation.name] as const,
    );
    const key = JSON.stringify(names);
    if (key !== this.shown) {
      this.shown = key;
      const spans = ['inputs', 'x₁, x₂'].map((text) => element('span', {}, text));
      const inputs = element('div', { 'aria-hidden': 'true' }, ...spans);
      this.element.replaceChildren(
        inputs,
        ...names.map(([units, activation], i) => tabOf(i + 1, units, activation)),
      );
    }
    this.selected = selected;
    this.tabs().forEach((tab, i) => {
      const isSelected = i + 1 === selected;
      tab.setAttribute('aria-selected', String(isSelected));
      tab.tabIndex = isSelected ? 0 : -1;
    });
  }

  private tabs(): HTMLElement[] {
    return [...this.element.querySelectorAll<HTMLElement>('[role=tab]')];
  }
}

function tabOf(layer: number, units: number, activation: string): HTMLElement {
  const tab = document.createElement('button');
  tab.type = 'button';
  tab.role = 'tab';
  tab.dataset.layer = String(layer);
  tab.setAttribute('aria-controls', 'equations');
  tab.title = `${units} ${activation}`;
  tab.append(element('b', {}, `layer ${layer}`), ' ', element('span', {}, activation));
  return tab;
}
