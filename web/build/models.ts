import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Plugin } from 'vite';

/** What a page fetches of a model. */
const files = ['model.json', 'weights.bin', 'card.json'];

/** The models of a folder beside the pages, as models/NAME/…, and their names as models/index.json. */
export function models(folder: string): Plugin {
  return {
    name: 'handgrad-models',
    configureServer: ({ middlewares }) => {
      middlewares.use(async (request, response, next) => {
        const path = /\/models\/(.*)$/.exec(decodeURI(request.url ?? '').split('?')[0])?.[1];
        const found = path === undefined ? undefined : (await served(folder)).get(path);
        if (found === undefined) return next();
        response.setHeader('Content-Type', contentType(path!));
        response.end(found);
      });
    },
    async generateBundle() {
      for (const [path, source] of await served(folder)) {
        this.emitFile({ type: 'asset', fileName: `models/${path}`, source });
      }
    },
  };
}

const contentType = (path: string) =>
  path.endsWith('.json') ? 'application/json' : 'application/octet-stream';

async function served(folder: string): Promise<Map<string, string | Uint8Array>> {
  const result = new Map<string, string | Uint8Array>();
  const names: string[] = [];
  const entries = await readdir(folder, { withFileTypes: true });
  for (const entry of entries.filter((entry) => entry.isDirectory())) {
    const contents = await Promise.all(
      files.map((file) => readFile(join(folder, entry.name, file)).catch(() => undefined)),
    );
    if (contents[0] === undefined || contents[1] === undefined) continue; // a model half there
    names.push(entry.name);
    files.forEach((file, i) => {
      if (contents[i]) result.set(`${entry.name}/${file}`, contents[i]);
    });
  }
  return result.set('index.json', JSON.stringify(names.sort()));
}
