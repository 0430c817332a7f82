import { ValueError } from './errors.js';

const N = 624; // words of state
const M = 397; // how far ahead a word looks for its partner

export { M as partnerAhead, N as stateWords };

/** 53 bits of two words, in [0, 1). */
const uniformOf = (high: number, low: number): number =>
  ((high >>> 5) * 2 ** 26 + (low >>> 6)) * 2 ** -53;

/** The word that takes the place of `word`, from the next one and its partner. */
export function mixed(word: number, next: number, partner: number): number {
  const y = (word & 0x80000000) | (next & 0x7fffffff);
  return partner ^ (y >>> 1) ^ (-(y & 1) & 0x9908b0df);
}

/** Puts the next words in the place of those of a state, and all of them as they are drawn beside it. */
export type Twist = (state: Int32Array, drawn: Int32Array) => void;

const twist: Twist = (state, drawn) => {
  renew(state);
  temper(state, drawn);
};

function renew(s: Int32Array): void {
  // Without a remainder in the index: dropout draws thousands of numbers at each step.
  for (let i = 0; i < N - M; i++) s[i] = mixed(s[i], s[i + 1], s[i + M]);
  for (let i = N - M; i < N - 1; i++) s[i] = mixed(s[i], s[i + 1], s[i + M - N]);
  s[N - 1] = mixed(s[N - 1], s[0], s[M - 1]);
}

function temper(state: Int32Array, drawn: Int32Array): void {
  for (let i = 0; i < N; i++) {
    let y = state[i];
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    drawn[i] = y ^ (y >>> 18);
  }
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
  /** The words of the state as they are drawn, of which `next` is the first that was not. */
  private readonly drawn = new Int32Array(N);
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
    temper(this.state, this.drawn);
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

  /**
   * The same into numbers that are there: those of dropout are drawn at each step.
   *
   * @param by puts the next words in the place of those of a state, and all as they are drawn beside it
   */
  fill(
    draws: Float64Array | Float32Array,
    by: (state: Int32Array, drawn: Int32Array) => void = twist,
  ): void {
    const { drawn } = this;
    for (let i = 0; i < draws.length; ) {
      const to = Math.min(draws.length, i + ((N - this.next) >> 1));
      let { next } = this;
      for (; i < to; i++, next += 2) draws[i] = uniformOf(drawn[next], drawn[next + 1]);
      this.next = next;
      if (i < draws.length) draws[i++] = this.drawBy(by); // its words may be of two states
    }
  }

  /** Passes over so many draws of `uniform`. */
  skip(draws: number): void {
    this.next += 2 * draws;
    if (this.next <= N) return;
    for (; this.next > N; this.next -= N) renew(this.state);
    temper(this.state, this.drawn);
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
    return this.drawBy(twist);
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

  private drawBy(by: Twist): number {
    const high = this.word(by);
    return uniformOf(high, this.word(by));
  }

  /** The next 32 bits, signed. */
  private word(by: Twist = twist): number {
    if (this.next === N) {
      by(this.state, this.drawn);
      this.next = 0;
    }
    return this.drawn[this.next++];
  }
}
