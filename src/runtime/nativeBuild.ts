import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { BackendError } from '../core/errors.js';
import { type Commands, must } from './buildStep.js';
import { missingTools } from './missingTools.js';
import { setupCommand, type TfjsNode } from './native.js';
import { loads, publish, removeAbandoned } from './nativeFolder.js';
import { downloadWheel, unpackWheel } from './nativeWheel.js';
import { filesIn, SUMS, sumsOf, sumsText } from './sums.js';
import { BINDING } from './trust.js';
import { TENSORFLOW_VERSION, type Wheel } from './wheels.js';

/** Raised where what is compiled changes, so that the cache's is not taken. */
export const BUILD = 2;

export interface BuildOptions {
  readonly wheel: Wheel;
  readonly tfjsNode: TfjsNode;
  /** The folder that will hold the binding, the TensorFlow libraries and their sums, and nothing else. */
  readonly folder: string;
  readonly onMessage?: (message: string) => void;
  readonly signal?: AbortSignal;
}

/**
 * Builds the binding in a folder beside `folder` and gives it its name at the end, so that an
 * interrupted build leaves no half one and two builds at once do not meet.
 */
export async function buildBinding(options: BuildOptions): Promise<void> {
  const { wheel, tfjsNode, folder, onMessage, signal } = options;
  await assertTools(wheel, signal);
  await mkdir(dirname(folder), { recursive: true, mode: 0o755 });
  await removeAbandoned(folder);
  const work = await mkdtemp(`${folder}.building-`);
  const [download, include, temporary, result] = ['download', 'include', 'temporary', 'result'].map(
    (name) => join(work, name),
  ) as [string, string, string, string];
  // TMPDIR: what pip and the compiler put aside is swept up with the rest.
  const commands: Commands = { env: { TMPDIR: temporary }, folder: work, onMessage, signal };
  try {
    for (const part of [download, include, temporary, result]) await mkdir(part);
    const release = `${wheel.package} ${TENSORFLOW_VERSION}`;
    onMessage?.(`Downloading TensorFlow (${release}, ${wheel.megabytes} MB) with pip ...`);
    const file = await downloadWheel(wheel, download, commands);
    onMessage?.('Unpacking the TensorFlow libraries ...');
    await unpackWheel(file, result, include, commands);
    onMessage?.(`Compiling the binding of tfjs-node ${tfjsNode.version} ...`);
    await compile(wheel, tfjsNode, include, result, commands);
    if (!(await loads(join(result, BINDING), signal))) {
      throw new BackendError(
        `The TensorFlow binding was compiled with ${wheel.compiler}, but it does not load on this machine. Use the WASM backend here: --backend wasm.`,
      );
    }
    await seal(result);
    await publish(result, folder, wheel.files, signal);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function assertTools({ compiler }: Wheel, signal?: AbortSignal): Promise<void> {
  const missing = await missingTools(compiler, signal);
  if (missing.length === 0) return;
  const names = missing.map(({ what }) => what).join(' and ');
  const cures = missing.map(({ cure }) => cure).join(' ');
  throw new BackendError(
    `The native backend cannot be built without ${names}. ${cures} Then run "${setupCommand}".`,
  );
}

/**
 * Writes down what was built, and takes from others the right to write, whatever the umask. They may
 * read: there is no secret in it, and root may build it for everyone.
 */
async function seal(folder: string): Promise<void> {
  await writeFile(join(folder, SUMS), sumsText(sumsOf(folder)));
  for (const name of [...filesIn(folder), SUMS]) await chmod(join(folder, name), 0o644);
  await chmod(folder, 0o755);
}

/**
 * XLA logs once that it has compiled something, by a logger that nothing turns down: its copy of absl is
 * out of reach. So these two lines are taken out of what C and C++ write to stderr; the rest passes.
 */
const quietSource = `
#include <cstdio>
#include <cstring>
#include <initializer_list>
#include <unistd.h>
#ifdef __GLIBC__
static ssize_t pass(void*, const char* text, size_t size) {
  for (const char* line : {"All log messages before absl::InitializeLog()", "Compiled cluster using XLA!"})
    if (memmem(text, size, line, strlen(line))) return size;
  return write(STDERR_FILENO, text, size);
}
__attribute__((constructor)) static void quiet() {
  cookie_io_functions_t functions = {nullptr, pass, nullptr, nullptr};
  if (FILE* filtered = fopencookie(nullptr, "w", functions)) {
    setvbuf(filtered, nullptr, _IONBF, 0);
    stderr = filtered;
  }
}
#endif
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
  const quiet = join(include, 'quiet.cc');
  await writeFile(quiet, quietSource);
  const args = [
    ...['-O2', '-std=c++17', '-DNAPI_VERSION=8', `-I${include}`, `-I${nodeHeaders}`],
    ...sources.map((file) => join(sourceFolder, file)),
    quiet,
    ...['-o', join(result, BINDING)],
    ...wheel.libraries.map((file) => join(result, file)),
    ...wheel.linkFlags,
  ];
  await must('Compiling the TensorFlow binding', wheel.compiler, args, commands);
}
