import protobuf from 'protobufjs/minimal.js';

/*
 * Protocol Buffers, as far as a SavedModel needs them: a message is its fields, each with its number and
 * its kind in front. TensorFlow's own .proto files are not needed for that.
 */

/** The fields of a message by their numbers. A list is a repeated field. */
export type Fields = Readonly<Record<number, Field | readonly Field[] | undefined>>;
/** Text, bytes and messages; integers; a float32. */
export type Field = string | Uint8Array | number | boolean | Float32;
export class Float32 {
  constructor(readonly value: number) {}
}

/** What stands in front of a field, beside its number. */
const kind = { integer: 0, bytes: 2, float32: 5 };

export function message(fields: Fields): Uint8Array {
  const writer = protobuf.Writer.create();
  for (const [number, value] of Object.entries(fields)) {
    const inFrontOf = (kind: number) => writer.uint32(Number(number) * 8 + kind);
    for (const field of [value ?? []].flat() as Field[]) {
      if (field instanceof Float32) inFrontOf(kind.float32).float(field.value);
      else if (typeof field === 'string') inFrontOf(kind.bytes).string(field);
      else if (field instanceof Uint8Array) inFrontOf(kind.bytes).bytes(field);
      else inFrontOf(kind.integer).int64(Number(field));
    }
  }
  return writer.finish();
}
