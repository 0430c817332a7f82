import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { BackendError, HandgradError } from '../core/errors.js';
import { userCacheDirectory } from '../files/cache.js';
import { whoElseWrites } from '../files/owned.js';
import { locateTfjsNode, ownCacheCure, type TfjsNode } from './native.js';
import { BUILD, buildBinding } from './nativeBuild.js';
import { link, loads } from './nativeFolder.js';
import type { Sums } from './sums.js';
import { BINDING, distrustIn, distrustOfFolder, recordBeside } from './trust.js';
import { firstLine } from './unavailable.js';
import { platformName, TENSORFLOW_VERSION, wheelFor, wheels } from './wheels.js';

export interface NativeSetupOptions {
  /** Told what is being done, a line each; the whole takes about a minute. */
  readonly onMessage?: (message: string) => void;
  /** Where finished bindings are kept; the user's cache folder unless it is given. */
  readonly cacheDir?: string;
  readonly signal?: AbortSignal;
}

export interface NativeSetup {
  /** `ready`: there was a binding that loads. `linked`: taken from the cache. `built`: compiled now. */
  readonly status: 'ready' | 'linked' | 'built';
  /** The version of tfjs-node. */
  readonly tfjsNode: string;
  /** The binding that tfjs-node loads. */
  readonly binding: string;
}

/**
 * Gives the installed tfjs-node its binding to TensorFlow: leaves one that loads alone, else links
 * the one in the cache, else builds it there from TensorFlow's own wheel.
 * @throws BackendError in one line when something is missing or fails, or others write the cache, and
 * what mends it.
 * @throws AbortError when the signal fires. In both cases nothing is left behind.
 */
export async function setupNative(options: NativeSetupOptions = {}): Promise<NativeSetup> {
  const { onMessage, signal } = options;
  const cacheDir = resolve(options.cacheDir ?? userCacheDirectory());
  const tfjsNode = locateTfjsNode();
  const done = (status: NativeSetup['status']): NativeSetup => ({
    status,
    tfjsNode: tfjsNode.version,
    binding: tfjsNode.binding,
  });
  try {
    const libraries = wheels[platformName()]?.files ?? {};
    if (await isReady(tfjsNode, libraries, signal)) return done('ready');
    const platform = platformName();
    const key = `tfjs-node-${tfjsNode.version}-tensorflow-${TENSORFLOW_VERSION}-${platform}-${BUILD}`;
    const folder = join(cacheDir, key);
    await mkdir(dirname(tfjsNode.binding), { recursive: true });
    const record = recordBeside(tfjsNode.binding);
    const cached =
      isTrusted(folder, libraries, record, onMessage) &&
      (await loads(join(folder, BINDING), signal));
    if (!cached) {
      const wheel = wheelFor(platform);
      if (!wheel.tested) onMessage?.(`The native set-up is untested on ${platform}.`);
      await buildBinding({ wheel, tfjsNode, folder, onMessage, signal });
    }
    await link(join(folder, BINDING), tfjsNode.binding);
    return done(cached ? 'linked' : 'built');
  } catch (error) {
    if (error instanceof HandgradError) throw error;
    throw new BackendError(
      `The native set-up failed: ${firstLine(error)}. It writes to ${cacheDir} (HANDGRAD_CACHE names another folder) and to ${tfjsNode.directory}.`,
    );
  }
}

/** Looks whose it is before it is run, which the trial does too. */
const isReady = async (tfjsNode: TfjsNode, libraries: Sums, signal?: AbortSignal) =>
  existsSync(tfjsNode.binding) &&
  !distrustIn(tfjsNode, libraries) &&
  (await loads(tfjsNode.binding, signal));

/**
 * Whether what the cache holds may be run. What is the user's own, but not what was built, is built anew.
 * @throws BackendError where the cache is not the user's alone.
 */
function isTrusted(
  folder: string,
  libraries: Sums,
  record: string,
  onMessage?: (message: string) => void,
): boolean {
  const stranger = whoElseWrites(deepest(dirname(folder)), folder);
  if (stranger) throw notOwn(stranger);
  if (!existsSync(folder)) return false;
  const distrust = distrustOfFolder(folder, libraries, record);
  if (!distrust) return true;
  if (!distrust.isOwn) throw notOwn(distrust.why);
  onMessage?.(`The native backend is built anew: ${distrust.why}.`);
  return false;
}

const notOwn = (why: string) =>
  new BackendError(`The native backend is not taken from the cache: ${why}. ${ownCacheCure}`);

/** The folder, or the innermost of those it will be made in. */
const deepest = (folder: string): string =>
  existsSync(folder) ? folder : deepest(dirname(folder));
