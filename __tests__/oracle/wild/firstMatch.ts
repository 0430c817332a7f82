/** The words that the first of the expressions that matches at all matches. */
export function firstMatch(expressions: readonly string[], text: string): string | undefined {
  for (const expression of expressions) {
    const match = new RegExp(plain(expression), 'i').exec(plain(text));
    if (match) return told(match[0]);
  }
  return undefined;
}

/*
 * Upper and lower case are the same in ASCII alone: a Σ is no σ. So other characters stand in as
 * characters of the private use area, which have no case.
 */
const standIns = new Map<string, string>();
const plain = (text: string) =>
  text.replace(/[^\0-\x7f]/gu, (character) => {
    const known = standIns.get(character) ?? String.fromCharCode(0xe000 + standIns.size);
    standIns.set(character, known);
    return known;
  });
const told = (text: string) =>
  text.replace(
    /[\ue000-\uf8ff]/g,
    (one) => [...standIns].find(([, own]) => own === one)?.[0] ?? '',
  );
