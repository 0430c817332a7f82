// Compiles the inner loops of the double-precision matrix product, src/float64/tiles.as, which is
// AssemblyScript, to WebAssembly, and writes them as text: src/float64/tilesWasm.ts.

import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';

const room = new URL('../src/float64/', import.meta.url);

/** The text of tilesWasm.ts. @throws Error where the source does not compile. */
export async function compileTiles(): Promise<string> {
  const source = readFileSync(new URL('tiles.as', room), 'utf8');
  let wasm: Uint8Array = new Uint8Array();
  // Three blocks of 256 x 256 doubles are 24 pages.
  const options =
    '-O3 --noAssert --runtime stub --enable simd --initialMemory 24 --maximumMemory 24';
  const { error, stderr } = await asc.main(
    ['tiles.ts', '--outFile', 'tiles.wasm', ...options.split(' ')],
    {
      readFile: (name) => (name === 'tiles.ts' ? source : null),
      writeFile: (_, contents) => {
        wasm = contents as Uint8Array;
      },
      listFiles: () => [],
    },
  );
  if (error) throw new Error(`${error.message}\n${stderr}`);
  const base64 = Buffer.from(wasm).toString('base64');
  return [
    '// Compiled from tiles.as by scripts/build-float64-wasm.ts.',
    '// biome-ignore format: one line',
    `export const tilesWasm = '${base64}';`,
    '',
  ].join('\n');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(new URL('tilesWasm.ts', room), await compileTiles());
}
