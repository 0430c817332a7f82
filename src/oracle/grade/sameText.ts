import { tokenizer } from 'acorn';

interface Token {
  readonly type: { readonly label: string };
  readonly value?: unknown;
}

/*
 * Submissions with one text: but for comments, white space, and the names that whoever copies changes.
 * What stands behind a dot is an operation's name, which says what is computed.
 */

/** @param javascript without types. */
export function javascriptSkeleton(javascript: string): string {
  const names = new Names();
  const parts: string[] = [];
  let before = '';
  for (const { type, value } of tokensOf(javascript)) {
    const isName = type.label === 'name' && before !== '.';
    parts.push(isName ? names.of(String(value)) : String(value ?? type.label));
    before = type.label;
  }
  return parts.join(' ');
}

const python =
  /("""[\s\S]*?"""|'''[\s\S]*?''')|("(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')|(#[^\n]*)|(\.?)([A-Za-z_]\w*)|(\d[\w.]*)|(\S)/g;

/** Keywords stay: they are names to everybody alike. */
export function pythonSkeleton(text: string): string {
  const names = new Names();
  const parts: string[] = [];
  for (const [, , string, comment, dot, name, number, other] of text.matchAll(python)) {
    if (comment !== undefined) continue;
    if (name !== undefined) parts.push(dot ? `.${name}` : names.of(name));
    else parts.push(string ?? number ?? other ?? '');
  }
  return parts.filter(Boolean).join(' ');
}

/** Each name by its place among all of them. */
class Names {
  readonly #places = new Map<string, number>();

  of(name: string): string {
    const place = this.#places.get(name) ?? this.#places.size;
    this.#places.set(name, place);
    return `n${place}`;
  }
}

function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  try {
    for (const token of tokenizer(text, { ecmaVersion: 'latest', sourceType: 'module' })) {
      tokens.push(token as unknown as Token);
    }
  } catch {
    // The rest of a text that is no JavaScript stays out.
  }
  return tokens;
}

/** Which of several share their skeleton with others: for each index, the indices of those. */
export function sameAs(skeletons: readonly (string | undefined)[]): readonly (readonly number[])[] {
  const groups = new Map<string, number[]>();
  skeletons.forEach((skeleton, i) => {
    if (skeleton) groups.set(skeleton, [...(groups.get(skeleton) ?? []), i]);
  });
  return skeletons.map((skeleton, i) =>
    (skeleton ? (groups.get(skeleton) as number[]) : []).filter((other) => other !== i),
  );
}
