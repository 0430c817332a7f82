/*
 * The subset of WebAssembly that our own kernels need: functions without parameters that work in
 * another module's memory. Names follow the specification.
 */

/** Bytes, in lists of lists: joined once, when the module is assembled. */
export type Code = readonly (number | Code)[];
type Bytes = readonly number[];

/** Unsigned and signed LEB128. */
export function unsigned(value: number): Bytes {
  const low = value % 128;
  const rest = Math.floor(value / 128);
  return rest > 0 ? [low | 0x80, ...unsigned(rest)] : [low];
}
export function signed(value: number): Bytes {
  const low = value & 0x7f;
  const rest = value >> 7;
  const last = (rest === 0 && low < 64) || (rest === -1 && low >= 64);
  return last ? [low] : [low | 0x80, ...signed(rest)];
}

const vector = (code: number, ...more: Bytes): Bytes => [0xfd, ...unsigned(code), ...more];
/** Four-byte alignment, and an offset from the address on the stack. */
const at = (offset: number): Bytes => [2, ...unsigned(offset)];

export const op = {
  get: (local: number): Bytes => [0x20, ...unsigned(local)],
  set: (local: number): Bytes => [0x21, ...unsigned(local)],
  tee: (local: number): Bytes => [0x22, ...unsigned(local)],
  int: (value: number): Bytes => [0x41, ...signed(value | 0)],
  addInt: [0x6a],
  loop: (body: Code): Code => [0x03, 0x40, body, 0x0b],
  /** Jumps to the start of the enclosing loop if the integer on the stack is not 0. */
  again: [0x0d, 0],
  zeros: vector(12, ...new Array<number>(16).fill(0)),
  load: (offset: number) => vector(0, ...at(offset)),
  loadToAll: (offset: number) => vector(9, ...at(offset)),
  store: (offset: number) => vector(11, ...at(offset)),
  /** Accesses one lane of the vector on top of the stack, above the address. */
  loadLane: (offset: number, lane: number) => vector(86, ...at(offset), lane),
  storeLane: (offset: number, lane: number) => vector(90, ...at(offset), lane),
  loadInt: (offset: number): Bytes => [0x28, ...at(offset)],
  storeInt: (offset: number): Bytes => [0x36, ...at(offset)],
  /** Copies as many bytes as the number on the stack says, between the two addresses below it. */
  copy: [0xfc, 10, 0, 0],
  /** The same integer in all four lanes. */
  splatInt: vector(17),
  atMost: vector(69),
  atLeast: vector(70),
  and: vector(78),
  or: vector(80),
  xor: vector(81),
  /** Of all four integers, by the number on the stack; the zeros come from the left. */
  shiftLeft: vector(171),
  shiftRight: vector(173),
  subtractInts: vector(177),
  abs: vector(224),
  negate: vector(225),
  sqrt: vector(227),
  add: vector(228),
  subtract: vector(229),
  multiply: vector(230),
  divide: vector(231),
  /** NaN if one is, and 0 above -0. */
  max: vector(233),
  /** b < a ? b : a, and a < b ? b : a. */
  laterMin: vector(234),
  laterMax: vector(235),
} as const;

/** Repeats the body; `counter` is a local reserved for the loop. */
export function repeat(times: number, counter: number, body: Code): Code {
  if (times <= 1) return times === 1 ? body : [];
  const countDown = [op.get(counter), op.int(-1), op.addInt, op.tee(counter)];
  return [op.int(times), op.set(counter), op.loop([body, countDown, op.again])];
}

/** Advances the address in a local. */
export const advance = (local: number, bytes: number): Code => [
  op.get(local),
  op.int(bytes),
  op.addInt,
  op.set(local),
];

/** Up to four numbers, so many bytes apart, from the address in a local. */
export const loadLanes = (local: number, lanes: number, stride: number, start = 0): Code => [
  // Each lane load needs the address below the vector on the stack.
  range(lanes).map(() => op.get(local)),
  op.zeros,
  range(lanes).map((lane) => op.loadLane(start + lane * stride, lane)),
];

/** 0, 1, …, n - 1 */
export const range = (n: number) => Array.from({ length: n }, (_, i) => i);

/** A function's code and its number of locals: integers first, then vectors. */
export interface Body {
  readonly integers: number;
  readonly vectors: number;
  readonly code: Code;
}

/** Appends the bytes of code to others. */
function join(code: Code, joined: number[] = []): number[] {
  for (const part of code) {
    if (typeof part === 'number') joined.push(part);
    else join(part, joined);
  }
  return joined;
}

const list = (items: readonly Code[]): Code => [unsigned(items.length), items];
const sized = (code: Code): Code => {
  const bytes = join(code);
  return [unsigned(bytes.length), bytes];
};
const text = (name: string): Code => sized([...new TextEncoder().encode(name)]);
const section = (id: number, items: readonly Code[]): Code => [id, sized(list(items))];

/** Compiles the bodies to functions, in order, on an imported memory. */
export function assemble(bodies: readonly Body[], memory: WebAssembly.Memory): (() => void)[] {
  const functionType = [0x60, 0, 0];
  const memoryImport = [text('env'), text('memory'), 2, 0, 0];
  const exports = bodies.map((_, i) => [text(String(i)), 0, unsigned(i)]);
  const codes = bodies.map(({ integers, vectors, code }) => {
    const locals = list([
      [unsigned(integers), 0x7f],
      [unsigned(vectors), 0x7b],
    ]);
    return sized([locals, code, 0x0b]);
  });
  const bytes = Uint8Array.from(
    join([
      [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
      section(1, [functionType]),
      section(2, [memoryImport]),
      section(
        3,
        bodies.map(() => [0]),
      ),
      section(7, exports),
      section(10, codes),
    ]),
  );
  const { exports: functions } = new WebAssembly.Instance(new WebAssembly.Module(bytes), {
    env: { memory },
  });
  return bodies.map((_, i) => functions[i] as () => void);
}
