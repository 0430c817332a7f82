import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { BackendError, HandgradError } from '../core/errors.js';
import { userCacheDirectory } from '../files/cache.js';
import { lastLines, run, tellingLine, throwIfAborted } from './command.js';
import { locateTfjsNode, setupCommand, type TfjsNode } from './native.js';
import { firstLine } from './unavailable.js';
import { platformName, TENSORFLOW_VERSION, type Wheel, wheelFor } from './wheels.js';

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

const BINDING = 'tfjs_binding.node';
const DAY = 24 * 60 * 60 * 1000;

/**
 * Gives the installed tfjs-node its binding to TensorFlow: leaves one that loads alone, else links
 * the one in the cache, else builds it there from TensorFlow's own wheel.
 * @throws BackendError in one line when something is missing or fails, and what mends it.
 * @throws AbortError when the signal fires. In both cases nothing is left behind.
 */
export async function setupNative(options: NativeSetupOptions = {}): Promise<NativeSetup> {
  const { onMessage, cacheDir = userCacheDirectory(), signal } = options;
  const tfjsNode = locateTfjsNode();
  const done = (status: NativeSetup['status']): NativeSetup => ({
    status,
    tfjsNode: tfjsNode.version,
    binding: tfjsNode.binding,
  });
  try {
    if (await loads(tfjsNode.binding, signal)) return done('ready');
    const platform = platformName();
    const key = `tfjs-node-${tfjsNode.version}-tensorflow-${TENSORFLOW_VERSION}-${platform}`;
    const folder = join(cacheDir, key);
    const cached = await loads(join(folder, BINDING), signal);
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

export interface MissingTool {
  readonly what: string;
  readonly cure: string;
}

/** The programs that a build needs and that do not run here. */
export async function missingTools(
  compiler: string,
  signal?: AbortSignal,
): Promise<readonly MissingTool[]> {
  const onMac = process.platform === 'darwin';
  const aptInstall = (name: string) =>
    `Install it (Debian and Ubuntu: apt-get install ${name}; Fedora: dnf install ${name === 'g++' ? 'gcc-c++' : name}).`;
  const cure = (name: string) => (onMac ? 'Run xcode-select --install.' : aptInstall(name));
  const tools = [
    { what: 'python3', args: ['python3', '--version'], cure: cure('python3') },
    { what: 'pip', args: ['python3', '-m', 'pip', '--version'], cure: cure('python3-pip') },
    { what: compiler, args: [compiler, '--version'], cure: cure(compiler) },
  ];
  const results = await Promise.all(
    tools.map(({ args: [command, ...args] }) => run(command!, args, { signal })),
  );
  const missing = tools.filter((_, i) => !results[i]!.ok);
  // Without python3 there is no pip either, and one word is enough.
  const withoutPython = missing.some(({ what }) => what === 'python3');
  return missing
    .filter(({ what }) => !(withoutPython && what === 'pip'))
    .map(({ what, cure }) => ({ what, cure }));
}

export interface BuildOptions extends Pick<NativeSetupOptions, 'onMessage' | 'signal'> {
  readonly wheel: Wheel;
  readonly tfjsNode: TfjsNode;
  /** The folder that will hold the binding and the TensorFlow libraries, and nothing else. */
  readonly folder: string;
}

/**
 * Builds the binding in a folder beside `folder` and gives it its name at the end, so that an
 * interrupted build leaves no half one and two builds at once do not meet.
 */
export async function buildBinding(options: BuildOptions): Promise<void> {
  const { wheel, tfjsNode, folder, onMessage, signal } = options;
  const missing = await missingTools(wheel.compiler, signal);
  if (missing.length > 0) {
    const names = missing.map(({ what }) => what).join(' and ');
    const cures = missing.map(({ cure }) => cure).join(' ');
    throw new BackendError(
      `The native backend cannot be built without ${names}. ${cures} Then run "${setupCommand}".`,
    );
  }
  await mkdir(dirname(folder), { recursive: true });
  await removeAbandoned(folder);
  const work = await mkdtemp(`${folder}.building-`);
  const [download, include, temporary, result] = ['download', 'include', 'temporary', 'result'].map(
    (name) => join(work, name),
  ) as [string, string, string, string];
  // TMPDIR: what pip and the compiler put aside is swept up with the rest.
  const commands = { env: { TMPDIR: temporary }, onMessage, signal };
  try {
    for (const part of [download, include, temporary, result]) await mkdir(part);
    const release = `${wheel.package} ${TENSORFLOW_VERSION}`;
    onMessage?.(`Downloading TensorFlow (${release}, ${wheel.megabytes} MB) with pip ...`);
    const file = await downloadWheel(wheel, download, commands);
    await verify(file, wheel.sha256);
    onMessage?.('Unpacking the TensorFlow libraries ...');
    await must(
      `Unpacking ${basename(file)}`,
      'python3',
      ['-c', UNPACK, file, result, include],
      commands,
    );
    onMessage?.(`Compiling the binding of tfjs-node ${tfjsNode.version} ...`);
    await compile(wheel, tfjsNode, include, result, commands);
    if (!(await loads(join(result, BINDING), signal))) {
      throw new BackendError(
        `The TensorFlow binding was compiled with ${wheel.compiler}, but it does not load on this machine. Use the WASM backend here: --backend wasm.`,
      );
    }
    await publish(result, folder, signal);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

type Commands = Pick<BuildOptions, 'onMessage' | 'signal'> & { readonly env: NodeJS.ProcessEnv };

/** pip chooses the mirror and the proxy that this machine is set up for; the hash is ours. */
async function downloadWheel(wheel: Wheel, into: string, commands: Commands): Promise<string> {
  const requirements = join(into, 'requirements.txt');
  const requirement = `${wheel.package}==${TENSORFLOW_VERSION}`;
  await writeFile(requirements, `${requirement} --hash=sha256:${wheel.sha256}\n`);
  const python = ['--python-version', '3.11', '--implementation', 'cp', '--abi', 'cp311'];
  const quiet = ['--quiet', '--disable-pip-version-check', '--no-cache-dir', '--retries', '2'];
  const only = ['--no-deps', '--only-binary=:all:', '--require-hashes'];
  const target = ['--platform', wheel.platform, '--dest', into, '--requirement', requirements];
  const args = ['-m', 'pip', 'download', ...quiet, ...only, ...python, ...target];
  await must(`Downloading ${requirement} with pip`, 'python3', args, commands);
  const name = (await readdir(into)).find((file) => file.endsWith('.whl'));
  if (!name)
    throw new BackendError(`pip said that it downloaded ${requirement}, but left no wheel.`);
  return join(into, name);
}

/** @throws BackendError when the file is not, byte for byte, the one that was pinned. */
async function verify(file: string, sha256: string): Promise<void> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  const actual = hash.digest('hex');
  if (actual !== sha256) {
    throw new BackendError(
      `The downloaded ${basename(file)} has SHA-256 ${actual}, expected ${sha256}, and was thrown away. Check the package mirror that pip uses, then run "${setupCommand}" again.`,
    );
  }
}

/** The libraries go into one flat folder, and keep finding each other there by $ORIGIN. */
const UNPACK = `
import os, re, shutil, sys, zipfile
wheel, libraries, include = sys.argv[1:]
parts = [
    (re.compile(r'tensorflow/(libtensorflow[^/]+)'), libraries),
    (re.compile(r'[^/]+[.]libs/([^/]+)'), libraries),
    (re.compile(r'tensorflow/include/((?:tensorflow/c|tensorflow/core/platform|tsl)/.+)'), include),
]
with zipfile.ZipFile(wheel) as archive:
    for member in archive.infolist():
        for pattern, root in parts:
            match = pattern.fullmatch(member.filename)
            if member.is_dir() or not match:
                continue
            root = os.path.realpath(root)
            path = os.path.realpath(os.path.join(root, match.group(1)))
            if not path.startswith(root + os.sep):
                sys.exit('error: ' + member.filename + ' would be written outside of the folder')
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with archive.open(member) as source, open(path, 'wb') as target:
                shutil.copyfileobj(source, target)
`;

async function compile(
  wheel: Wheel,
  tfjsNode: TfjsNode,
  include: string,
  result: string,
  commands: Commands,
): Promise<void> {
  const require = createRequire(import.meta.url);
  const nodeHeaders = join(dirname(require.resolve('node-api-headers/package.json')), 'include');
  const sourceFolder = join(tfjsNode.directory, 'binding');
  const sources = (await readdir(sourceFolder)).filter((file) => file.endsWith('.cc')).sort();
  const args = [
    ...['-O2', '-std=c++17', '-DNAPI_VERSION=8', `-I${include}`, `-I${nodeHeaders}`],
    ...sources.map((file) => join(sourceFolder, file)),
    ...['-o', join(result, BINDING)],
    ...wheel.libraries.map((file) => join(result, file)),
    ...wheel.linkFlags,
  ];
  await must('Compiling the TensorFlow binding', wheel.compiler, args, commands);
}

/** Runs a step of the build: its output is shown when it fails, and only then. */
async function must(
  step: string,
  command: string,
  args: readonly string[],
  { onMessage, ...options }: Commands,
): Promise<void> {
  const { ok, ending, output } = await run(command, args, options);
  if (ok) return;
  onMessage?.(lastLines(output));
  throw new BackendError(`${step} failed (${command}, ${ending}): ${tellingLine(output)}`);
}

/** Whether a Node of the same version can load the binding. Tried in a child: it may crash. */
async function loads(binding: string, signal?: AbortSignal): Promise<boolean> {
  if (!existsSync(binding)) return false;
  const script = 'require(process.argv[1])';
  return (await run(process.execPath, ['--eval', script, binding], { signal })).ok;
}

/** Gives a finished folder its name, unless another set-up was faster. */
async function publish(result: string, folder: string, signal?: AbortSignal): Promise<void> {
  if (await loads(join(folder, BINDING), signal)) return;
  throwIfAborted(signal);
  await rm(folder, { recursive: true, force: true });
  try {
    await rename(result, folder);
  } catch (error) {
    if (!(await loads(join(folder, BINDING)))) throw error;
  }
}

/** Node resolves the link before it opens the library, so that $ORIGIN is the folder in the cache. */
async function link(target: string, path: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const temporary = `${path}.${process.pid}`;
  await rm(temporary, { force: true });
  await symlink(target, temporary);
  await rename(temporary, path);
}

/** Drops what a build that was killed has left. A build takes minutes: after a day it is dead. */
async function removeAbandoned(folder: string): Promise<void> {
  const parent = dirname(folder);
  for (const name of await readdir(parent)) {
    if (!name.startsWith(`${basename(folder)}.building-`)) continue;
    const path = join(parent, name);
    const age = Date.now() - (await stat(path)).mtimeMs;
    if (age > DAY) await rm(path, { recursive: true, force: true });
  }
}
