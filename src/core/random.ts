import { ValueError } from './errors.js';

const N = 624; // words of state
const M = 397; // how far ahead a word looks for its partner

export { M as partnerAhead, N as stateWords };

/** A word of the state as it is drawn. */
function tempered(word: number): number {
  let y = word;
  y ^= y >>> 11;
  y ^= (y << 7) & 0x9d2c5680;
  y ^= (y << 15) & 0xefc60000;
  return y ^ (y >>> 18);
}

/** 53 bits of two words, in [0, 1). */
export const uniformOf = (high: number, low: number): number =>
  ((high >>> 5) * 2 ** 26 + (low >>> 6)) * 2 ** -53;

/** The word that takes the place of `word`, from the next one and its partner. */
export function mixed(word: number, next: number, partner: number): number {
  const y = (word & 0x80000000) | (next & 0x7fffffff);
  return partner ^ (y >>> 1) ^ (-(y & 1) & 0x9908b0df);
}

/** Where a stream stands. */
export interface RandomPosition {
  readonly seed: number;
  readonly words: Uint32Array;
  readonly next: number;
  readonly spareGauss?: number;
}

/**
 * numpy's `RandomState(seed)`, stream for stream: the Mersenne twister MT19937, with `randn` by the
 * polar method (numpy calls it the legacy gauss). The same seed gives the course's weights.
 *
 * One instance drives initialization, shuffling and all other randomness, so a seed fixes a whole
 * run. Every integer from 0 to 2³² - 1 is a distinct seed, zero included.
 *
 * Source: M. Matsumoto, T. Nishimura, "Mersenne Twister", ACM TOMACS 8 (1998); G. Marsaglia's polar
 * method.
 */
export class RandomState {
  /** Signed, because unsigned words do not fit V8's small integers. */
  private readonly state = new Int32Array(N);
  private next = N;
  private spareGauss: number | undefined;

  /** @throws ValueError if seed is not an integer from 0 to 2³² - 1. */
  constructor(readonly seed: number) {
    if (!Number.isInteger(seed) || seed < 0 || seed > 0xffffffff) {
      throw new ValueError(`seed is ${seed}; give an integer from 0 to 4294967295.`);
    }
    this.state[0] = seed;
    for (let i = 1; i < N; i++) {
      const previous = this.state[i - 1] ^ (this.state[i - 1] >>> 30);
      this.state[i] = Math.imul(1812433253, previous) + i;
    }
  }

  /** A stream that goes on from there. */
  static at(position: RandomPosition): RandomState {
    const random = new RandomState(position.seed);
    random.goTo(position);
    return random;
  }

  /** Where this stream stands, for `RandomState.at`. */
  get position(): RandomPosition {
    const { seed, next, spareGauss } = this;
    return { seed, words: Uint32Array.from(this.state), next, spareGauss };
  }

  /** Goes to where another stream stands. */
  goTo({ words, next, spareGauss }: RandomPosition): void {
    this.state.set(words);
    this.next = next;
    this.spareGauss = spareGauss;
  }

  /** n draws from the standard normal distribution. */
  randn(n: number): Float64Array {
    const draws = new Float64Array(n);
    for (let i = 0; i < n; i++) draws[i] = this.gauss();
    return draws;
  }

  /** n draws from [0, 1), 53 bits each. */
  rand(n: number): Float64Array {
    const draws = new Float64Array(n);
    this.fill(draws);
    return draws;
  }

  /** The same into numbers that are there: those of dropout are drawn at each step. */
  fill(draws: Float64Array | Float32Array): void {
    const s = this.state;
    for (let i = 0; i < draws.length; ) {
      if (N - this.next < 2) {
        draws[i++] = this.uniform(); // the words may be of two states
        continue;
      }
      const to = Math.min(draws.length, i + ((N - this.next) >> 1));
      let { next } = this;
      for (; i < to; i++, next += 2) draws[i] = uniformOf(tempered(s[next]), tempered(s[next + 1]));
      this.next = next;
    }
  }

  /** Passes over so many draws of `uniform`. */
  skip(draws: number): void {
    let words = 2 * draws;
    for (let left = N - this.next; words > left; left = N) {
      words -= left;
      this.twist();
    }
    this.next += words;
  }

  /** n integers from low to high - 1. */
  randint(low: number, high: number, n: number): number[] {
    return Array.from({ length: n }, () => low + this.below(high - low));
  }

  /** The integers 0 … n - 1 in random order. */
  permutation(n: number): number[] {
    const order = Array.from({ length: n }, (_, i) => i);
    for (let i = n - 1; i > 0; i--) {
      const j = this.below(i + 1);
      [order[i], order[j]] = [order[j], order[i]];
    }
    return order;
  }

  /** One draw from [0, 1). */
  uniform(): number {
    const high = this.word();
    return uniformOf(high, this.word());
  }

  /** One draw from the normal distribution. Draws come in pairs; the second is kept. */
  gauss(): number {
    if (this.spareGauss !== undefined) {
      const kept = this.spareGauss;
      this.spareGauss = undefined;
      return kept;
    }
    let x: number;
    let y: number;
    let r2: number;
    do {
      x = 2 * this.uniform() - 1;
      y = 2 * this.uniform() - 1;
      r2 = x * x + y * y;
    } while (r2 >= 1 || r2 === 0);
    const f = Math.sqrt((-2 * Math.log(r2)) / r2);
    this.spareGauss = f * x;
    return f * y;
  }

  /** An integer from 0 to n - 1: draw as many bits as n - 1 has, until one fits. */
  private below(n: number): number {
    const max = n - 1;
    if (max === 0) return 0;
    const mask = 0xffffffff >>> Math.clz32(max);
    let value: number;
    do {
      value = (this.word() & mask) >>> 0;
    } while (value > max);
    return value;
  }

  /** The next 32 bits, signed. */
  private word(): number {
    if (this.next === N) this.twist();
    return tempered(this.state[this.next++]);
  }

  private twist(): void {
    const s = this.state;
    // Without a remainder in the index: dropout draws thousands of numbers at each step.
    for (let i = 0; i < N - M; i++) s[i] = mixed(s[i], s[i + 1], s[i + M]);
    for (let i = N - M; i < N - 1; i++) s[i] = mixed(s[i], s[i + 1], s[i + M - N]);
    s[N - 1] = mixed(s[N - 1], s[0], s[M - 1]);
    this.next = 0;
  }
}
