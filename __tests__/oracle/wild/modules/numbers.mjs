/** Numbers that are the same in each run: Park and Miller's generator, and sums of twelve for normal draws. */
export function numbers(seed) {
  let state = seed * 7919;
  const uniform = () => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647;
  };
  const normalOne = () => {
    let sum = -6;
    for (let k = 0; k < 12; k++) sum += uniform();
    return sum;
  };
  const array = (draw, [side, ...rest]) =>
    Array.from({ length: side }, () => (rest.length > 0 ? array(draw, rest) : draw()));
  return {
    normal: (shape, scale = 1) => array(() => scale * normalOne(), shape),
    uniform: (shape) => array(uniform, shape),
    whole: (shape, below) => array(() => Math.floor(below * uniform()), shape),
  };
}
