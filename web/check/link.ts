import { deflateSync, Inflate } from 'fflate';
import { ValueError } from '../../src/core/errors.js';
import { base64 } from '../../src/report/base64.js';

/** In bytes, and in letters of a link: code that people write is far below it. */
const max = 200_000;
const slice = 512;

const damaged = () =>
  new ValueError(
    'The code in the link cannot be read: it was cut off or changed. Copy the link again.',
  );

const tooLong = () => new ValueError(`The code in the link is longer than ${max} bytes.`);

/** The code as the hash of an address: #code=… */
export function hashOf(code: string): string {
  const bytes = deflateSync(new TextEncoder().encode(code), { level: 9 });
  return `#code=${base64(bytes).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')}`;
}

/** The code of an address's hash; undefined where there is none in it. @throws ValueError */
export function codeOf(hash: string): string | undefined {
  if (!hash.startsWith('#code=')) return undefined;
  const encoded = hash.slice('#code='.length);
  if (encoded.length > max) throw tooLong();
  if (!/^[\w-]+$/.test(encoded)) throw damaged();
  try {
    const binary = atob(encoded.replaceAll('-', '+').replaceAll('_', '/'));
    return inflate(Uint8Array.from(binary, (c) => c.charCodeAt(0)));
  } catch (error) {
    throw error instanceof ValueError ? error : damaged();
  }
}

/** Slice by slice, since some bytes can stand for a thousand times as many. */
function inflate(compressed: Uint8Array): string {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let text = '';
  let size = 0;
  let whole = false;
  const stream = new Inflate((bytes, last) => {
    size += bytes.length;
    if (size > max) throw tooLong();
    text += decoder.decode(bytes, { stream: !last });
    whole = last;
  });
  for (let from = 0; from < compressed.length; from += slice) {
    stream.push(compressed.subarray(from, from + slice), from + slice >= compressed.length);
  }
  if (!whole) throw damaged();
  return text;
}
