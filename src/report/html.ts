import { ValueError } from '../core/errors.js';

/*
 * The only place where markup is made. What stands in it is either written in a template of ours or has
 * gone through `escaped`; a string that comes from elsewhere stays a string.
 */

/** Markup that `html` made. A string is none, whatever it says; nor is what a worker or a file holds. */
class Markup {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  toString(): string {
    return this.#text;
  }

  /** The text of one that was made here; of anything else nothing. */
  static textOf(value: unknown): string | undefined {
    return typeof value === 'object' && value !== null && #text in value ? value.#text : undefined;
  }
}

export type { Markup as Html };

/** What may stand in a hole of a template; lists one after the other, `undefined`, `null` and `false` are nothing. */
export type Hole = Markup | string | number | false | null | undefined | readonly Hole[];

/**
 * Markup with holes, html`<p class="${kind}">${text}</p>`. A text is escaped and stays text; only what
 * `html` made is taken as it is. Holes stand between tags and in quoted attributes.
 *
 * @throws ValueError where a text stands bare in a tag, where it would become an attribute.
 */
export function html(written: TemplateStringsArray, ...holes: readonly Hole[]): Markup {
  const bare = bareHoles(written);
  let all = written[0];
  for (let i = 0; i < holes.length; i++) all += filled(holes[i], bare[i]) + written[i + 1];
  return new Markup(all);
}

// In operators alone: code under check, which may put its own functions in place of a string's, is in this process.
function filled(hole: Hole, isBare: boolean): string {
  if (hole === undefined || hole === null || hole === false) return '';
  if (typeof hole === 'object') {
    const made = Markup.textOf(hole);
    if (made !== undefined) return made;
    if (!Array.isArray(hole)) throw new ValueError('html: an object is no text. Give its text.');
    let all = '';
    const list = hole as readonly Hole[];
    for (let i = 0; i < list.length; i++) all += filled(list[i], isBare);
    return all;
  }
  if (isBare) throw new ValueError(`html: "${hole}" stands bare in a tag. Give an attribute.`);
  return escaped(`${hole}`);
}

const known = new WeakMap<TemplateStringsArray, readonly boolean[]>();

/** Of each hole of a template, whether it is in a tag and in no quotes there. */
function bareHoles(written: TemplateStringsArray): readonly boolean[] {
  const found = known.get(written);
  if (found) return found;
  let before = '';
  const bare = written.map((part) => {
    before += part;
    const tag = before.slice(before.lastIndexOf('<'));
    return /^<[^>]*$/.test(tag.replace(/"[^"]*"/g, '')) && tag.split('"').length % 2 === 1;
  });
  known.set(written, bare);
  return bare;
}

function escaped(text: string): string {
  let all = '';
  for (let i = 0; i < text.length; i++) all += entityOf(text[i]);
  return all;
}

function entityOf(letter: string): string {
  switch (letter) {
    case '&':
      return '&amp;';
    case '<':
      return '&lt;';
    case '>':
      return '&gt;';
    case '"':
      return '&quot;';
    case "'":
      return '&#39;';
    default:
      return letter;
  }
}

/** A style sheet of ours. @throws ValueError where it could end its element */
export function styleSheet(css: string): Markup {
  if (css.includes('<'))
    throw new ValueError('styleSheet: a "<" stands in the style. Take it out.');
  return new Markup(`<style>${css}</style>`);
}

/** What a library may give: elements and attributes by their names, separated by spaces. */
export interface Allowed {
  readonly elements: string;
  readonly attributes: string;
}

/**
 * Markup that a library made, where it consists of these elements and attributes and names no address
 * but `#part`: neither a script nor a link is among them.
 *
 * @throws ValueError where something else stands in it.
 */
export function adopted(
  library: string,
  markup: string,
  { elements, attributes }: Allowed,
): Markup {
  const refuse = (what: string) =>
    new ValueError(
      `${library} gives ${what.slice(0, 60)}, which no page of handgrad has. Report it.`,
    );
  const [tags, names] = [elements, attributes].map((list) => new Set(list.split(/\s+/)));
  const piece = /<\/?([A-Za-z]+)((?: [\w:-]+="[^"<>]*")*) ?\/?>|[^<>]+/y;
  while (piece.lastIndex < markup.length) {
    const from = piece.lastIndex;
    const [, tag, given = ''] = piece.exec(markup) ?? [markup.slice(from), ''];
    if (piece.lastIndex === 0) throw refuse(markup.slice(from));
    if (tag !== undefined && !tags.has(tag)) throw refuse(`<${tag}>`);
    for (const [, name, value] of given.matchAll(/([\w:-]+)="([^"]*)"/g)) {
      if (!names.has(name) || /url\((?!#)|^\s*\w+script:/i.test(value))
        throw refuse(`${name}="${value}"`);
    }
  }
  return new Markup(markup);
}

/** The same with a word of its own before each id inside of its drawings: two may both have a part-1. */
export function withOwnIds(made: Markup, word: string): Markup {
  let drawing = 0;
  const markup = made.toString().replace(/<svg\b.*?<\/svg>/gs, (svg) => {
    const own = `${escaped(word)}-${++drawing}-`;
    return svg.replace(/<[^>]*>/g, (tag) => tag.replace(/( id="|url\(#|href="#)/g, `$1${own}`));
  });
  return new Markup(markup);
}
