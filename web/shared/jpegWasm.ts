import address from '@cwasm/jpeg-turbo/jpeg-turbo.wasm?url';

/** What src/data/jpegWasm.ts is for Node: the module is asked for when the first JPEG is read. */
export async function loadJpegWasm(): Promise<WebAssembly.Module> {
  const response = await fetch(address);
  if (!response.ok) throw new Error(`${address} answers ${response.status}`);
  return WebAssembly.compile(await response.arrayBuffer());
}
