import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';

/** libjpeg-turbo as a WebAssembly module, from its package. The pages have web/shared/jpegWasm.ts in its place. */
export async function loadJpegWasm(): Promise<WebAssembly.Module> {
  const path = createRequire(import.meta.url).resolve('@cwasm/jpeg-turbo/jpeg-turbo.wasm');
  return WebAssembly.compile(await readFile(path));
}
