import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import ts from 'typescript';
import { ValueError } from '../../src/core/errors.js';
import { adopted, type Html, html, styleSheet, withOwnIds } from '../../src/report/html.js';
import { parse } from './markup.js';

const nasty = `<script>alert("1")</script>&amp; 'x' \`y\` \u2028`;

describe('html', () => {
  test('a text is a text, between tags and in an attribute', () => {
    const [p] = parse(html`<p title="${nasty}">${nasty}</p>`);
    expect([p.attributes.title, p.text]).toEqual([nasty, nasty]);
  });

  test('what it made is taken as it is, in lists too; nothing is nothing', () => {
    const items = ['a', '<b>'].map((text) => html`<li>${text}</li>`);
    const made = html`<ul>${items}${undefined}${null}${false}${['x', ['&', 0]]}</ul>`;
    expect(String(made)).toBe('<ul><li>a</li><li>&lt;b&gt;</li>x&amp;0</ul>');
  });

  test.each<[string, unknown]>([
    ['one that says what it is', { toString: () => '<b>' }],
    ['its text in the clothes of a template', Object.assign(['<b>'], { raw: ['<b>'] })],
    ['a copy of what html made', structuredClone({ ...html`<b>` })],
    ['one of its kind', Object.create(Object.getPrototypeOf(html`<b>`))],
    ['a symbol of the kind', Object.assign(Object.create(null), { toString: () => '<b>' })],
  ])('an object is none that it made: %s', (_, object) => {
    let made = '';
    try {
      made = String(html`${object as Html}`);
    } catch {
      // One that cannot be written refuses.
    }
    expect(made).not.toContain('<b>');
  });

  test('a text that would become an attribute is refused; a whole attribute is not', () => {
    expect(() => html`<p ${'onclick=alert(1)'}>`).toThrow(
      'html: "onclick=alert(1)" stands bare in a tag. Give an attribute.',
    );
    expect(() => html`<p class=${'x'}>`).toThrow(ValueError);
    expect(() => html`<p title="a > b"${['x']}>`).toThrow(ValueError);
    expect(() => html`<${'p'}>`).toThrow(ValueError);
    expect(String(html`<p title="a > ${'b'}"${html` id="${'"'}"`}${false}>`)).toBe(
      '<p title="a > b" id="&quot;">',
    );
  });

  test('a style sheet cannot end its element', () => {
    expect(String(styleSheet('a>b{color:red}'))).toBe('<style>a>b{color:red}</style>');
    expect(() => styleSheet('a{}</style><script>')).toThrow(ValueError);
  });
});

describe('adopted', () => {
  const allowed = { elements: 'g path text', attributes: 'd fill clip-path' };
  const adopt = (markup: string) => String(adopted('The library', markup, allowed));

  test('takes what is on its lists', () => {
    const markup =
      '<g clip-path="url(#a)"><path d="M0,0" fill="var(--x)"/><text>a &lt; b</text></g>';
    expect(adopt(markup)).toBe(markup);
    expect(adopt('')).toBe('');
  });

  test.each([
    '<script>x</script>',
    '<g onclick="x"></g>',
    '<g  fill="x"></g>',
    "<g fill='x'></g>",
    '<g fill=x></g>',
    '<g fill="x" onload></g>',
    '<g/onload="x">',
    '<path d="a" href="#x"/>',
    '<g fill="url(https://x)"></g>',
    '<g fill="javascript:x"></g>',
    '<text>a < b</text>',
    '<text>a > b</text>',
    '<!-- x -->',
    '<![CDATA[x]]>',
    '<?xml?>',
    '<g',
    '<foreignObject></foreignObject>',
    '</script>',
  ])('refuses %s', (markup) => {
    expect(() => adopt(`<g></g>${markup}`)).toThrow(ValueError);
    expect(() => adopt(markup)).toThrow(/^The library gives /);
  });
});

test('ids of their own for each drawing', () => {
  const drawing = html`<svg id="part-1"><path clip-path="url(#part-1)"/></svg>`;
  expect(String(withOwnIds(html`${drawing}<p id="x"></p>${drawing}`, 'a'))).toBe(
    '<svg id="a-1-part-1"><path clip-path="url(#a-1-part-1)"/></svg><p id="x"></p>' +
      '<svg id="a-2-part-1"><path clip-path="url(#a-2-part-1)"/></svg>',
  );
});

describe('the sources', () => {
  const root = fileURLToPath(new URL('../../', import.meta.url));
  const files = ['src', 'web'].flatMap((folder) =>
    readdirSync(`${root}${folder}`, { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.ts') && !/^(dist|node_modules)\b/.test(path))
      .map((path) => `${folder}/${path}`),
  );
  const textOf = (path: string) => readFileSync(`${root}${path}`, 'utf8');

  test('only html.ts makes markup, and only web/shared/trusted.ts puts it into a page', () => {
    const sinks =
      /innerHTML|outerHTML|insertAdjacentHTML|document\.write|createContextualFragment|srcdoc|DOMParser|setHTML|createPolicy|new Worker\(/;
    expect(files.filter((path) => sinks.test(textOf(path))).sort()).toEqual([
      'web/check/room.ts',
      'web/shared/trusted.ts',
    ]);
    // Strings that are markup: the style, and what the build writes.
    const literals = files.filter((path) => /(?<!html)`\s*<[a-z!][\w-]*[\s>]/i.test(textOf(path)));
    expect(literals.sort()).toEqual([
      'src/report/html.ts',
      'web/build/head.ts',
      'web/build/room.ts',
    ]);
  });

  test('a hole of a template stands between tags, in a quoted attribute, or is a whole attribute', () => {
    const wrong: string[] = [];
    let seen = 0;
    for (const path of files) {
      const tree = ts.createSourceFile(path, textOf(path), ts.ScriptTarget.ES2022, true);
      const visit = (node: ts.Node): void => {
        if (
          ts.isTaggedTemplateExpression(node) &&
          node.tag.getText() === 'html' &&
          ts.isTemplateExpression(node.template)
        ) {
          const { head, templateSpans } = node.template;
          let before = head.text;
          for (const { literal } of templateSpans) {
            seen++;
            if (!isSafe(before)) wrong.push(`${path}: ${before.slice(-60)}\${`);
            before += `\0${literal.text}`;
          }
        }
        ts.forEachChild(node, visit);
      };
      visit(tree);
    }
    expect(seen).toBeGreaterThan(100);
    expect(wrong).toEqual([]);
  });

  /** What of an element may hold an address, a script or a style, and what it has to begin with there. */
  const held = /^(href|src|action|formaction|srcdoc|style|xlink:href|on\w+)$/;
  const begun = /^(href="#|style="[\w-]+:|src="\0?$)/;

  function isSafe(before: string): boolean {
    const open = before.lastIndexOf('<');
    if (before.lastIndexOf('>') >= open) return !/<(script|style)\b[^<]*$/.test(before);
    const tag = before.slice(open);
    if (!/^<[a-z]/i.test(tag)) return false;
    const attribute = /([\w:-]+)="([^"]*)$/.exec(tag);
    if (attribute && (tag.match(/"/g)?.length ?? 0) % 2 === 1) {
      const [whole, name] = attribute;
      return !held.test(name) || begun.test(whole);
    }
    return true; // a whole attribute: html itself refuses a text there
  }
});
