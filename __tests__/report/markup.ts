/** An element of SVG or HTML, with its place on the page: its own translations and those around it. */
export interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly parent?: Element;
  readonly x: number;
  readonly y: number;
  /** What stands directly in it. */
  text: string;
}

const voids = ['meta', 'link', 'img', 'br', '!DOCTYPE'];
const entities: Record<string, string> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  '#39': "'",
  nbsp: ' ',
};

export const unescaped = (text: string): string =>
  text.replace(/&(#x[\da-f]+|[#\w]+);/gi, (whole, name: string) =>
    name.startsWith('#x')
      ? String.fromCodePoint(Number.parseInt(name.slice(2), 16))
      : (entities[name] ?? whole),
  );

/** All elements in their order. Throws where a tag is not closed, or closes another one. */
export function parse(made: { toString(): string }): Element[] {
  const markup = String(made);
  const all: Element[] = [];
  const open: Element[] = [];
  const tag = /<(\/?)([\w!-]+)((?:\s+[\w:-]+(?:="[^"]*")?)*)\s*(\/?)>|([^<]+)/gy;
  let last = 0;
  for (let match = tag.exec(markup); match; match = tag.exec(markup)) {
    last = tag.lastIndex;
    const [, closing, name, attributes, empty, text] = match;
    const parent = open.at(-1);
    if (text !== undefined) {
      if (parent) parent.text += unescaped(text);
    } else if (closing) {
      if (open.pop()?.name !== name) throw new Error(`</${name}> closes <${parent?.name}>`);
    } else {
      const element = elementOf(name, attributes, parent);
      all.push(element);
      if (!empty && !voids.includes(name)) open.push(element);
    }
  }
  if (last !== markup.length) throw new Error(`not markup: ${markup.slice(last, last + 60)}`);
  if (open.length > 0) throw new Error(`<${open.at(-1)!.name}> is not closed`);
  return all;
}

function elementOf(name: string, text: string, parent?: Element): Element {
  const attributes = Object.fromEntries(
    [...text.matchAll(/([\w:-]+)="([^"]*)"/g)].map(([, key, value]) => [key, unescaped(value)]),
  );
  const [, dx = 0, dy = 0] = attributes.transform?.match(/^translate\(([^,]+),([^)]+)\)/) ?? [];
  const x = (parent?.x ?? 0) + Number(dx);
  const y = (parent?.y ?? 0) + Number(dy);
  return { name, attributes, parent, x, y, text: '' };
}

/** The rings of a path of straight lines. */
export const rings = (d: string): [number, number][][] =>
  d
    .split('M')
    .slice(1)
    .map((ring) =>
      ring
        .replace('Z', '')
        .split('L')
        .map((corner) => corner.split(',').map(Number) as [number, number]),
    );

/** The area within them; a hole goes round the other way. */
export const area = (d: string): number =>
  Math.abs(
    rings(d)
      .flatMap((ring) =>
        ring.map(([x, y], i) => {
          const [nextX, nextY] = ring[(i + 1) % ring.length];
          return (x * nextY - nextX * y) / 2;
        }),
      )
      .reduce((sum, part) => sum + part, 0),
  );

/** What no drawing may have. The bytes of a picture may look like anything. */
export function faults(page: { toString(): string }): string[] {
  const markup = String(page).replace(/data:image\/png;base64,[\w+/]*=*/g, 'data:');
  const elements = parse(markup);
  const ids = elements.flatMap(({ attributes }) => attributes.id ?? []);
  const addresses = elements.flatMap(({ name, attributes }) =>
    Object.entries(attributes)
      .filter(([key, value]) => !key.startsWith('xmlns') && /\b(https?:|file:|\/\/)/.test(value))
      .map(([key, value]) => `${name} ${key}=${value}`),
  );
  const references = [...markup.matchAll(/url\(#([^)]+)\)/g)].map(([, id]) => id);
  return [
    ...(/NaN|Infinity|undefined|\[object/.test(markup) ? ['a value that is none'] : []),
    ...ids.filter((id, i) => ids.indexOf(id) !== i).map((id) => `two elements ${id}`),
    ...references.filter((id) => !ids.includes(id)).map((id) => `no element ${id}`),
    ...addresses,
  ];
}
