import { ValueError } from '../core/errors.js';
import { renderToString } from '../vendor/katex.js';
import { adopted, type Html } from './html.js';

/** MathML, as KaTeX writes it. */
const mathMl = {
  elements:
    'math semantics annotation mrow mi mn mo mtext mspace ms msup msub msubsup mover munder munderover mfrac msqrt mroot mtable mtr mtd mstyle mpadded mphantom menclose',
  attributes:
    'xmlns display encoding mathvariant stretchy fence separator columnalign columnspacing columnlines rowspacing rowlines displaystyle scriptlevel width height depth lspace rspace linethickness accent accentunder minsize maxsize mathcolor mathbackground movablelimits symmetric form notation voffset class',
};

/**
 * TeX as MathML, which a browser sets without fonts and styles of ours.
 *
 * @throws ValueError where KaTeX does not understand it; the message says from where on.
 */
export function equation(tex: string, { inline = false } = {}): Html {
  try {
    const math = renderToString(tex, {
      output: 'mathml',
      displayMode: !inline,
      strict: false,
    });
    return adopted('KaTeX', math.replace(/^<span class="katex">(.*)<\/span>$/s, '$1'), mathMl);
  } catch (error) {
    throw new ValueError(`equation: ${tex} is not TeX: ${(error as Error).message}`, {
      cause: error,
    });
  }
}
