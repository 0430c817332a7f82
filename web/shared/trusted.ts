import type { Html } from '../../src/report/html.js';

/*
 * The only place where markup gets into a page and where a worker starts: the pages' policy lets it happen
 * under this name alone, and a string of anyone's cannot come here.
 */

interface Policy {
  createHTML(markup: string): string;
  createScriptURL(url: string): string;
}
type Factory = { createPolicy(name: string, rules: Policy): Policy };

const rules: Policy = { createHTML: (markup) => markup, createScriptURL: (url) => url };
// Not every browser has them yet.
const policy =
  (globalThis as { trustedTypes?: Factory }).trustedTypes?.createPolicy('handgrad', rules) ?? rules;

/** Puts markup that `html` made in place of what is in the element. */
export function put(element: Element, content: Html): void {
  element.innerHTML = policy.createHTML(content.toString());
}

/** A worker of one of our own modules, by the address that the build gives it. */
export const startWorker = (url: string): Worker =>
  new Worker(policy.createScriptURL(new URL(url, import.meta.url).href), { type: 'module' });
