import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Plugin } from 'vite';
import { parseManifest } from '../../src/export/manifest.js';

/** What a page fetches of a model: model.json, the weights that it names, and its card. */
async function filesOf(folder: string): Promise<[name: string, contents: Uint8Array][]> {
  const model = await readFile(join(folder, 'model.json'));
  const { paths } = parseManifest(model, join(folder, 'model.json'));
  const weights = await Promise.all(
    paths.map(async (path) => [path, await readFile(join(folder, path))] as [string, Uint8Array]),
  );
  const card = await readFile(join(folder, 'card.json')).catch(() => undefined);
  return [
    ['model.json', model],
    ...weights,
    ...(card ? [['card.json', card] as [string, Uint8Array]] : []),
  ];
}

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
    const files = await filesOf(join(folder, entry.name)).catch(() => []);
    if (files.length === 0) continue; // a model half there
    list.push({ name: entry.name, card: files.some(([name]) => name === 'card.json') });
    for (const [name, contents] of files) result.set(`${entry.name}/${name}`, contents);
  }
  list.sort((a, b) => (a.name < b.name ? -1 : 1));
  return result.set('index.json', JSON.stringify(list));
}
