/** Weights as a single buffer; tfjs returns one buffer or several. */
export function joined(data: ArrayBuffer | ArrayBuffer[] | undefined): ArrayBuffer {
  const buffers = Array.isArray(data) ? data : data ? [data] : [];
  const result = new Uint8Array(buffers.reduce((sum, { byteLength }) => sum + byteLength, 0));
  let at = 0;
  for (const buffer of buffers) {
    result.set(new Uint8Array(buffer), at);
    at += buffer.byteLength;
  }
  return result.buffer;
}

/** The bytes of the values as stored in memory: little-endian on every platform TensorFlow.js runs on. */
export const bytesOf = ({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array =>
  new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength);
