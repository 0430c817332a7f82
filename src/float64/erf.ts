/**
 * The error function 2/√π ∫₀ˣ e^(-t²) dt, to the last digits.
 *
 * Up to 2, erf(x) = 2/√π e^(-x²) Σ 2ⁿ x²ⁿ⁺¹ / (1·3·…·(2n+1)), in which no term cancels another.
 * Beyond, 1 - erfc(x), and erfc(x) = e^(-x²)/√π / (x + (1/2)/(x + (2/2)/(x + (3/2)/(x + …)))), of which a
 * few digits are enough. Source: Abramowitz and Stegun, 7.1.6 and 7.1.14.
 */
export function erf(x: number): number {
  const size = Math.abs(x);
  if (size > 6) return Math.sign(x); // the rest is less than half of the last digit
  if (size > 2) return Math.sign(x) * (1 - byFraction(size));
  let term = x;
  let sum = x;
  for (let n = 1; Math.abs(term) > Math.abs(sum) * 1e-17; n++) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
}

/** erfc(x), from the depth of the fraction upwards. */
function byFraction(x: number): number {
  let below = x;
  for (let n = 60; n > 0; n--) below = x + n / 2 / below;
  return Math.exp(-x * x) / Math.sqrt(Math.PI) / below;
}
