/** Weights in one piece: tfjs hands them over in one buffer or in several. */
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

/** The bytes of the values, as they lie in memory: little-endian wherever TensorFlow.js runs. */
export const bytesOf = ({ buffer, byteOffset, byteLength }: Float32Array): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);
