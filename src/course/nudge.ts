import { ValueError } from '../core/errors.js';

/**
 * df/dx ≈ (f(x + h) - f(x)) / h: the slope by a finite difference. The error is h/2 f″(x), until the
 * rounding error of f, about 10⁻¹⁶ f(x)/h, exceeds it. Source: note 004.
 *
 * @throws ValueError unless h is a finite number other than 0.
 */
export function nudge(f: (x: number) => number, x: number, h = 0.001): number {
  if (!Number.isFinite(h) || h === 0) {
    throw new ValueError(`nudge: h is ${h}; give a small number other than 0, such as 0.001.`);
  }
  return (f(x + h) - f(x)) / h;
}
