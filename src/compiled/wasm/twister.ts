import type { Fill } from '../../core/noise.js';
import { mixed, partnerAhead, stateWords, type Twist } from '../../core/random.js';
import { advance, assemble, type Body, type Code, op, repeat } from './assembler.js';

/*
 * The Mersenne twister of core/random.ts, four words at once. A word is mixed from itself, the next one, and a
 * partner so many words ahead, which is one of the new words once the end is passed.
 */

/** Where the words lie as they are drawn, behind those of the state. */
const drawnAt = 4096;
/** The first word whose partner is a new one, and how many vectors of words lie before it. */
const turn = stateWords - partnerAhead;
const vectorsBefore = Math.floor(turn / 4);

let twist: Twist | undefined;

/** `random.fill(draws)`: the same numbers, and the stream stands where it would. */
export const fillDraws: Fill = (random, draws) => {
  twist ??= twistBySimd();
  random.fill(draws, twist);
};

function twistBySimd(): Twist {
  const memory = new WebAssembly.Memory({ initial: 1 });
  const words = (at: number) => new Int32Array(memory.buffer, at, stateWords);
  const [s, result] = [words(0), words(drawnAt)];
  const [before, behind, temper] = assemble([mixCodes.before, mixCodes.behind, temperCode], memory);
  const last = stateWords - 1;
  return (state, drawn) => {
    s.set(state);
    before();
    for (let i = 4 * vectorsBefore; i < turn; i++) {
      s[i] = mixed(s[i], s[i + 1], s[i + partnerAhead]);
    }
    behind();
    s[last] = mixed(s[last], s[0], s[partnerAhead - 1]);
    temper();
    state.set(s);
    drawn.set(result);
  };
}

/** The same number in all lanes of a local. */
const constant = (value: number, local: number): Code => [op.int(value), op.splatInt, op.set(local)]; // biome-ignore format: one line

/** Mixes so many vectors of words, from where the first of them lies and its partner, in bytes. */
function mixing(vectors: number, at: { readonly word: number; readonly partner: number }): Body {
  const [place, counter, upper, lower, magic, one, y, zeros] = Array(8).keys();
  return {
    integers: 2,
    vectors: 6,
    code: [
      [constant(0x80000000, upper), constant(0x7fffffff, lower), constant(0x9908b0df, magic)],
      [constant(1, one), op.int(0), op.set(place)],
      repeat(vectors, counter, [
        op.get(place), // where the result goes
        [op.get(place), op.load(at.word), op.get(upper), op.and],
        [op.get(place), op.load(at.word + 4), op.get(lower), op.and, op.or, op.set(y)],
        [op.get(place), op.load(at.partner), op.get(y), op.int(1), op.shiftRight, op.xor],
        // -(y & 1): all bits of the magic number, or none
        [op.get(zeros), op.get(y), op.get(one), op.and, op.subtractInts],
        [op.get(magic), op.and, op.xor, op.store(at.word)],
        advance(place, 16),
      ]),
    ],
  };
}

const mixCodes = {
  before: mixing(vectorsBefore, { word: 0, partner: 4 * partnerAhead }),
  behind: mixing((stateWords - 1 - turn) / 4, { word: 4 * turn, partner: 0 }),
};

/** y ^= y >>> 11, … of all words. */
const temperCode = ((): Body => {
  const [place, counter, b, c, y] = Array(5).keys();
  const xorOf = (...shifted: Code[]): Code => [op.get(y), op.get(y), shifted, op.xor, op.set(y)];
  return {
    integers: 2,
    vectors: 3,
    code: [
      [constant(0x9d2c5680, b), constant(0xefc60000, c), op.int(0), op.set(place)],
      repeat(stateWords / 4, counter, [
        [op.get(place), op.get(place), op.load(0), op.set(y)],
        xorOf(op.int(11), op.shiftRight),
        xorOf(op.int(7), op.shiftLeft, op.get(b), op.and),
        xorOf(op.int(15), op.shiftLeft, op.get(c), op.and),
        xorOf(op.int(18), op.shiftRight),
        [op.get(y), op.store(drawnAt)],
        advance(place, 16),
      ]),
    ],
  };
})();
