import * as tf from '@tensorflow/tfjs-core';

/** Where the numbers of a page are worked out, and what a reader calls it. */
export interface PageBackend {
  readonly name: 'wasm' | 'webgl' | 'cpu';
  readonly title: string;
}

const titles: Record<PageBackend['name'], string> = {
  wasm: 'WebAssembly',
  webgl: 'WebGL',
  cpu: 'JavaScript',
};

const load: Record<PageBackend['name'], () => Promise<unknown>> = {
  wasm: async () => {
    const [{ setWasmPaths }, plain, simd, threaded] = await Promise.all([
      import('@tensorflow/tfjs-backend-wasm'),
      import('@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm?url'),
      import('@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url'),
      import('@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-threaded-simd.wasm?url'),
    ]);
    // Its threads would be workers made of blobs, which no policy of ours lets start.
    tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
    setWasmPaths({
      'tfjs-backend-wasm.wasm': plain.default,
      'tfjs-backend-wasm-simd.wasm': simd.default,
      'tfjs-backend-wasm-threaded-simd.wasm': threaded.default,
    });
  },
  webgl: () => import('@tensorflow/tfjs-backend-webgl'),
  cpu: () => import('@tensorflow/tfjs-backend-cpu'),
};

/**
 * Starts the first backend of the list that this browser has. For networks as small as a page's,
 * WebAssembly comes before WebGL: a step is many small operations, and WebGL takes longer to begin one
 * than to do it.
 */
export async function startBackend(
  wanted: readonly PageBackend['name'][] = ['wasm', 'webgl', 'cpu'],
): Promise<PageBackend> {
  for (const name of wanted) {
    try {
      await load[name]();
      if (await tf.setBackend(name)) {
        await tf.ready();
        return { name, title: titles[name] };
      }
    } catch {
      // This browser does not have it: the next one.
    }
  }
  throw new Error(
    `This browser runs none of ${wanted.map((name) => titles[name]).join(', ')}. Open the page in a current browser.`,
  );
}
