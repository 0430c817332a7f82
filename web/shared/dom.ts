/** An element with its attributes and what is in it; text is text, whatever it says. */
export function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Readonly<Record<string, string | number>> = {},
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, String(value));
  made.append(...children);
  return made;
}

/** An element of the page's own HTML. */
export const byId = <T extends HTMLElement = HTMLElement>(id: string): T =>
  document.getElementById(id) as T;

/** Says what is wrong, in a place that a screen reader listens to; nothing takes it away. */
export function say(trouble: HTMLElement, message?: string): void {
  trouble.replaceChildren(...(message ? [element('p', { class: 'verdict wrong' }, message)] : []));
}
