import { ValueError } from '../core/errors.js';
import { renderToString } from '../vendor/katex.js';

/**
 * TeX as MathML, which a browser sets without fonts and styles of ours.
 *
 * @throws ValueError where KaTeX does not understand it; the message says from where on.
 */
export function equation(tex: string, { inline = false } = {}): string {
  try {
    const html = renderToString(tex, {
      output: 'mathml',
      displayMode: !inline,
      strict: false,
    });
    return html.replace(/^<span class="katex">(.*)<\/span>$/s, '$1');
  } catch (error) {
    throw new ValueError(`equation: ${tex} is not TeX: ${(error as Error).message}`, {
      cause: error,
    });
  }
}
