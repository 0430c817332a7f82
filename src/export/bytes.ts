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
