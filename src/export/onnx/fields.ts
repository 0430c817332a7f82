/*
 * Protocol Buffers, read: the fields of a message by their numbers. What a number means stands in the
 * .proto file of the format.
 */

/** A field as it lies there: an integer, or bytes. */
type Stored = number | Uint8Array;

/** @throws RangeError if the bytes are cut off or no message. */
export function fieldsOf(bytes: Uint8Array): Message {
  const fields = new Map<number, Stored[]>();
  let at = 0;
  const take = (length: number): Uint8Array => {
    if (length < 0 || at + length > bytes.length) throw new RangeError('it is cut off');
    at += length;
    return bytes.subarray(at - length, at);
  };
  const varint = (): number => {
    const [value, length] = varintAt(bytes, at);
    at += length;
    return value;
  };
  while (at < bytes.length) {
    const tag = varint();
    const [number, type] = [Math.floor(tag / 8), tag % 8];
    if (number < 1) throw new RangeError('it has a field 0');
    const value =
      type === 0
        ? varint()
        : type === 1
          ? take(8)
          : type === 2
            ? take(varint())
            : type === 5
              ? take(4)
              : undefined;
    if (value === undefined) throw new RangeError(`it has a field of type ${type}`);
    const same = fields.get(number);
    if (same) same.push(value);
    else fields.set(number, [value]);
  }
  return new Message(fields);
}

/** The integer at a place, of two's complement where it is negative, and its length. */
function varintAt(bytes: Uint8Array, at: number): [value: number, length: number] {
  let value = 0n;
  for (let i = 0; i < 10; i++) {
    const byte = bytes[at + i];
    if (byte === undefined) throw new RangeError('it is cut off');
    value |= BigInt(byte & 0x7f) << BigInt(7 * i);
    if (byte < 0x80) return [Number(BigInt.asIntN(64, value)), i + 1];
  }
  throw new RangeError('it holds an integer of more than 64 bits');
}

export class Message {
  constructor(private readonly fields: ReadonlyMap<number, readonly Stored[]>) {}

  has(number: number): boolean {
    return this.fields.has(number);
  }

  /** Bytes of every field of that number. */
  all(number: number): Uint8Array[] {
    return (this.fields.get(number) ?? []).map((value) => {
      if (typeof value === 'number') throw new RangeError(`its field ${number} is no bytes`);
      return value;
    });
  }

  messages(number: number): Message[] {
    return this.all(number).map(fieldsOf);
  }

  /** The last of that number. */
  message(number: number): Message | undefined {
    return this.messages(number).at(-1);
  }

  texts(number: number): string[] {
    return this.all(number).map((bytes) => new TextDecoder().decode(bytes));
  }

  text(number: number): string {
    return this.texts(number).at(-1) ?? '';
  }

  /** Integers, each by itself or packed. */
  integers(number: number): number[] {
    return (this.fields.get(number) ?? []).flatMap((value) => {
      if (typeof value === 'number') return [value];
      const all: number[] = [];
      for (let at = 0; at < value.length; ) {
        const [one, length] = varintAt(value, at);
        all.push(one);
        at += length;
      }
      return all;
    });
  }

  integer(number: number): number | undefined {
    return this.integers(number).at(-1);
  }

  /** Numbers of four bytes, each by itself or packed. */
  floats(number: number): number[] {
    return this.all(number).flatMap((bytes) => {
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      const count = Math.floor(bytes.length / 4);
      return Array.from({ length: count }, (_, i) => view.getFloat32(4 * i, true));
    });
  }

  /** The same of eight bytes. */
  doubles(number: number): number[] {
    return this.all(number).flatMap((bytes) => {
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      const count = Math.floor(bytes.length / 8);
      return Array.from({ length: count }, (_, i) => view.getFloat64(8 * i, true));
    });
  }
}
