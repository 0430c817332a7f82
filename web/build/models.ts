import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Plugin } from 'vite';

/** What a page fetches of a model. */
const files = ['model.json', 'weights.bin', 'card.json'];

/**
 * The models of a folder beside the pages, as models/NAME/…, and as models/index.json a list of them:
 * { name, card }, whether there is a card, so that no page has to ask for one in vain.
 */
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
  const list: { name: string; card: boolean }[] = [];
  const entries = await readdir(folder, { withFileTypes: true });
  for (const entry of entries.filter((entry) => entry.isDirectory())) {
    const contents = await Promise.all(
      files.map((file) => readFile(join(folder, entry.name, file)).catch(() => undefined)),
    );
    if (contents[0] === undefined || contents[1] === undefined) continue; // a model half there
    list.push({ name: entry.name, card: contents[2] !== undefined });
    files.forEach((file, i) => {
      if (contents[i]) result.set(`${entry.name}/${file}`, contents[i]);
    });
  }
  list.sort((a, b) => (a.name < b.name ? -1 : 1));
  return result.set('index.json', JSON.stringify(list));
}
