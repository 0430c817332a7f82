import { disposeReplaced } from '../core/tensors.js';
import { loadModel } from '../export/modelFolder.js';
import { useBackend } from '../runtime/backends.js';
import type { ExportOptions } from './commands/export.js';
import { findModel } from './findModel.js';
import { printJson, say } from './terminal.js';

/** `handgrad export`. */
export async function run(path: string, { model, to, json }: ExportOptions): Promise<void> {
  await useBackend('cpu'); // nothing is computed but a comparison on 16 samples
  const loaded = await loadModel(findModel(model));
  try {
    await to.save(path, loaded);
  } finally {
    disposeReplaced(loaded.params, {});
  }
  if (json) return printJson({ model, format: to.name, path });
  say(`Exported: ${path}`);
}
