/** Bytes as base64, in Node and in browsers: `Uint8Array.prototype.toBase64` is not everywhere yet. */
export const base64 = (bytes: Uint8Array): string =>
  btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
