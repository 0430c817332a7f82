import protobuf from 'protobufjs/minimal.js';

/*
 * Protocol Buffers, as far as ONNX and SavedModels need them: a message is its fields, each after its
 * number and its wire type. The field numbers come from the .proto files of those formats.
 */

/** The fields of a message by their numbers. A list is a repeated field. */
export type Fields = Readonly<Record<number, Field | readonly Field[] | undefined>>;
/** Text, bytes and messages; integers; a float32. */
export type Field = string | Uint8Array | number | boolean | Float32;
export class Float32 {
  constructor(readonly value: number) {}
}

const wireType = { integer: 0, bytes: 2, float32: 5 };

export function message(fields: Fields): Uint8Array {
  const writer = protobuf.Writer.create();
  for (const [number, value] of Object.entries(fields)) {
    const tag = (wireType: number) => writer.uint32(Number(number) * 8 + wireType);
    for (const field of [value ?? []].flat() as Field[]) {
      if (field instanceof Float32) tag(wireType.float32).float(field.value);
      else if (typeof field === 'string') tag(wireType.bytes).string(field);
      else if (field instanceof Uint8Array) tag(wireType.bytes).bytes(field);
      else tag(wireType.integer).int64(Number(field));
    }
  }
  return writer.finish();
}
