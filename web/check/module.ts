import { transform } from 'sucrase';

/** What the code is called in a stack: it has no file. */
export const codeName = 'code';

/** TypeScript that is typed, as a module of JavaScript; or why it cannot be read. */
export type Translation =
  | { readonly script: string }
  | { readonly problem: string; readonly line?: number };

/**
 * The code as a module whose default export runs it: `run(exports, require)`. Types are taken out and
 * line stays line, so that an error's line is the editor's. Every import, `import()` too, becomes a
 * call of `require`.
 */
export function translate(code: string): Translation {
  try {
    const { code: body } = transform(code, {
      transforms: ['typescript', 'imports'],
      disableESTransforms: true,
    });
    // On the first line of the body, so that the lines keep their numbers.
    const script = `export default async function (exports, require) {${body}\n}\n//# sourceURL=${codeName}\n`;
    return { script };
  } catch (error) {
    const { message, loc } = error as Error & { loc?: { line: number } };
    const said = message.replace(/^Error transforming [^:]*: /, '').replace(/ \(\d+:\d+\)$/, '');
    return { problem: said, line: loc?.line };
  }
}
