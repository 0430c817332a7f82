import type { Figure } from '../../src/report/figure.js';
import { pageStyle } from '../../src/report/style.js';

/** The variables of the page's style, light ones first. */
function variables(): { light: Map<string, string>; dark: Map<string, string> } {
  const rules = /(prefers-color-scheme:dark\)\{)?:root\{([^}]*)\}/g;
  const themes = { light: new Map<string, string>(), dark: new Map<string, string>() };
  for (const [, dark, body] of pageStyle.matchAll(rules)) {
    for (const declaration of body.split(';')) {
      const [name, value] = declaration.split(':');
      themes[dark ? 'dark' : 'light'].set(name, value);
    }
  }
  return themes;
}

/** A figure as a file of its own, with the page's colours in it, for screens light and dark. */
export function standaloneSvg(figure: Figure): string {
  const svg = String(figure.svg);
  const used = new Set(['--back', ...(svg.match(/--[\w-]+(?=\))/g) ?? [])]);
  const { light, dark } = variables();
  const rule = (theme: ReadonlyMap<string, string>) =>
    `:root{${[...used].map((name) => `${name}:${theme.get(name)}`).join(';')}}`;
  const style = `<style>${rule(light)}@media(prefers-color-scheme:dark){${rule(dark)}}</style>`;
  const back = '<rect width="100%" height="100%" fill="var(--back)"/>';
  return svg.replace(/^<svg[^>]*>/, (opening) => `${opening}${style}${back}`);
}
