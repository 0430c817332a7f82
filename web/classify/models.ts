import { HandgradError, ModelError } from '../../src/core/errors.js';
import { headOf, type Network } from '../../src/core/network.js';
import type { Params } from '../../src/core/tensors.js';
import { type Card, parseCard } from '../../src/export/card.js';
import { fromLayersModel } from '../../src/export/layersModel.js';
import {
  assertByteLength,
  assertSame,
  type Manifest,
  parseManifest,
} from '../../src/export/manifest.js';
import { type PictureInput, pictureInputOf, probabilities } from '../../src/export/pictureModel.js';
import { cardOf } from '../../src/export/whichCard.js';

/** A model that lies under models/, before its weights are fetched. */
export interface ListedModel {
  readonly name: string;
  readonly card?: Card;
  /** Undefined where the model cannot be read. */
  readonly manifest?: Manifest;
  /** Why it cannot be read, in a sentence. */
  readonly trouble?: string;
}

/** A model that is ready. Whoever loaded it owns the parameters. */
export interface LoadedModel {
  readonly name: string;
  readonly card?: Card;
  readonly network: Network;
  readonly params: Params;
  readonly input: PictureInput;
}

/** `fetch`, as far as it is needed. */
export type Get = (url: URL) => Promise<Response>;

/** What a page takes of weights: more makes a phone stop it. */
const maxBytes = 2 ** 28;

/**
 * The models of models/index.json, a list of { name, card } that `npm run web:build` writes, in its order. One that cannot be
 * read is among them, with why.
 *
 * @throws ModelError where there is no list.
 */
export async function listModels(folder: URL, get: Get): Promise<ListedModel[]> {
  const { json } = reader(folder, get);
  const file = 'models/index.json';
  const list = await json('index.json');
  if (!Array.isArray(list) || !list.every((entry) => typeof entry?.name === 'string')) {
    throw new ModelError(`${file} is no list of models. Build the pages again: npm run web:build`);
  }
  return Promise.all(list.map((entry) => listModel(folder, entry, get)));
}

/** A model of the list, and whether it has a card. */
interface Entry {
  readonly name: string;
  readonly card?: boolean;
}

async function listModel(folder: URL, entry: Entry, get: Get): Promise<ListedModel> {
  const { name } = entry;
  const { bytes, json } = reader(folder, get);
  let card: Card | undefined;
  try {
    const file = `models/${name}/card.json`;
    if (entry.card) card = parseCard(await json(`${name}/card.json`), file);
    const model = await bytes(`${name}/model.json`, maxBytes);
    const manifest = parseManifest(model, `models/${name}/model.json`);
    card = cardOfManifest(manifest, card, name);
    if (card?.input) {
      throw new ModelError(
        `models/${name} takes ${card.input.kind === 'table' ? 'rows of a table' : 'arrays'}, and this page has pictures for it. Choose another model.`,
      );
    }
    const { byteLength = 0 } = manifest;
    if (byteLength > maxBytes) {
      throw new ModelError(
        `models/${name}/model.json declares ${byteLength} bytes of weights, and a page takes ${maxBytes} at most. Export a smaller network.`,
      );
    }
    return { name, card, manifest };
  } catch (error) {
    return { name, card, trouble: sentence(error) };
  }
}

/** Of the card in model.json and the one beside it the one of these weights, as far as they are known by then. */
function cardOfManifest(manifest: Manifest, beside: Card | undefined, name: string) {
  const { sha256, model } = manifest;
  if (sha256 === undefined) return beside;
  const { card: said } = Object(model.userDefinedMetadata) as { card?: unknown };
  const inside = said === undefined ? undefined : parseCard(said, `models/${name}/model.json`);
  return cardOf({ inside, beside, sha256, isSigned: true }, `models/${name}/card.json`);
}

/** Fetches the weights of a model. @throws ModelError that names it */
export async function loadModel(folder: URL, listed: ListedModel, get: Get): Promise<LoadedModel> {
  const { name, card, manifest } = listed;
  if (!manifest) throw new ModelError(listed.trouble ?? `The model ${name} cannot be read.`);
  const { bytes } = reader(folder, get);
  const { byteLength = maxBytes, paths } = manifest;
  const parts: Uint8Array[] = [];
  for (const path of paths) parts.push(await bytes(`${name}/${path}`, byteLength));
  const weightData = await new Blob(parts as BlobPart[]).arrayBuffer();
  const files = paths.map((path) => `models/${name}/${path}`).join(', ');
  assertByteLength(manifest, weightData.byteLength, files);
  await assertSame(manifest, weightData, files);
  try {
    const { network, params } = fromLayersModel({ ...manifest.model, weightData });
    try {
      const outputs = new Float32Array(headOf(network).units);
      probabilities(outputs, network, card, name); // better refused now than with a picture
      return { name, card, network, params, input: pictureInputOf(network, card, name) };
    } catch (error) {
      for (const P of Object.values(params)) P.dispose();
      throw error;
    }
  } catch (error) {
    throw new ModelError(`models/${name}: ${sentence(error)}`, { cause: error });
  }
}

/** What to say of an error: ours are sentences, others have a cause that only a developer can mend. */
export const sentence = (error: unknown): string =>
  error instanceof HandgradError
    ? error.message
    : `Something went wrong that should not: ${(error as Error)?.message ?? error}. Reload the page.`;

/** Reads files of a folder by their path in it; no part of a path is more than a name. */
function reader(folder: URL, get: Get) {
  const bytes = async (path: string, max: number) => {
    const file = `models/${path}`;
    const response = await get(
      new URL(path.split('/').map(encodeURIComponent).join('/'), folder),
    ).catch((error) => {
      throw new ModelError(
        `${file} could not be fetched: the server does not answer. Look at the connection, and reload the page.`,
        { cause: error },
      );
    });
    if (!response.ok) {
      throw new ModelError(
        `${file} could not be fetched: the server says ${response.status}. Put the file there, or build the pages again: npm run web:build`,
      );
    }
    const read = await readUpTo(response, max);
    if (!read) {
      throw new ModelError(
        `${file} has more than the ${max} bytes that it may have: it is damaged or belongs to another model. Save the model again.`,
      );
    }
    if (/\.json$/.test(path) && looksLikeHtml(read)) {
      throw new ModelError(
        `In place of ${file} the server gives a web page. Put the file there, or build the pages again: npm run web:build`,
      );
    }
    return read;
  };
  const json = async (path: string): Promise<unknown> => {
    const read = await bytes(path, maxBytes);
    try {
      return JSON.parse(new TextDecoder().decode(read));
    } catch (error) {
      throw new ModelError(
        `models/${path} is no JSON: ${(error as Error).message}. Save the model again.`,
      );
    }
  };
  return { bytes, json };
}

const looksLikeHtml = (bytes: Uint8Array) =>
  /^\s*<(!doctype|html)/i.test(new TextDecoder().decode(bytes.subarray(0, 100)));

/** The body; undefined where it is more than `most` bytes. */
async function readUpTo({ body }: Response, max: number): Promise<Uint8Array | undefined> {
  const parts: BlobPart[] = [];
  let length = 0;
  const stream = body?.getReader();
  for (;;) {
    const { value } = (await stream?.read()) ?? {};
    if (!value) return new Uint8Array(await new Blob(parts).arrayBuffer());
    parts.push(value);
    length += value.byteLength;
    if (length > max) {
      await stream!.cancel();
      return undefined;
    }
  }
}
