import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { HandgradError } from '../../src/core/errors.js';
import { denseLayersOf } from '../../src/core/layers/dense.js';
import { disposeReplaced, type Params } from '../../src/core/tensors.js';
import { bytesOf } from '../../src/export/bytes.js';
import { describe } from '../../src/export/description.js';
import type { Format, Loaded } from '../../src/export/format.js';
import * as formats from '../../src/export/formats/index.js';
import { useBackend } from '../../src/runtime/backends.js';
import { run, tellingLine } from '../../src/runtime/command.js';
import { type Case, cases, tensorsOf } from './cases.js';
import { VerifyError } from './python.js';

/** What one tool says of one network in one format. */
export interface Finding {
  readonly case: string;
  readonly format: string;
  readonly tool: string;
  /** The largest |theirs - ours| over the outputs; absent where bits are compared. */
  readonly difference?: number;
  /** In a sentence; absent where all is well. */
  readonly wrong?: string;
}

export interface Verified {
  /** Of the tools, as they say themselves. */
  readonly versions: Readonly<Record<string, string>>;
  readonly findings: readonly Finding[];
}

/** Outputs may lie so far apart. */
export const tolerance = 1e-5;

/**
 * Exports every case in every format to a folder, and has the Python tools read them; then reads what
 * numpy and safetensors have written there themselves.
 *
 * @throws VerifyError where the Python program breaks.
 */
export async function verify(python: string, folder: string): Promise<Verified> {
  const all = await cases();
  await useBackend('cpu');
  const listed = [];
  for (const [i, one] of all.entries()) listed.push(await write(one, join(folder, String(i))));
  await writeFile(join(folder, 'cases.json'), JSON.stringify({ tolerance, cases: listed }));

  const program = fileURLToPath(new URL('verify.py', import.meta.url));
  const env = { KERAS_BACKEND: 'numpy', JAX_PLATFORMS: 'cpu' };
  const { ok, ending, output } = await run(python, ['-B', program, folder], { env });
  if (!ok) throw new VerifyError(`verify.py broke (${ending}): ${tellingLine(output)}`);
  const { versions, findings } = JSON.parse(await readFile(join(folder, 'found.json'), 'utf8'));
  const back = [];
  for (const [i, one] of all.entries())
    back.push(...(await readBack(one, join(folder, String(i)))));
  return { versions, findings: [...findings, ...back] };
}

/** The files of a case, and what the Python program has to know of it. */
async function write({ name, network, weights, m, X, AL }: Case, folder: string) {
  await mkdir(folder);
  const params = tensorsOf(weights);
  const files: Record<string, string> = {};
  for (const format of Object.values(formats) as Format[]) {
    files[format.name] = join(folder, `${format.name}${format.extension ?? ''}`);
    await format.save(files[format.name], { network, params });
  }
  disposeReplaced(params, {});
  for (const [name, { values }] of Object.entries(weights)) {
    await writeFile(join(folder, `${name}.bin`), bytesOf(values));
  }
  await writeFile(join(folder, 'X.bin'), bytesOf(X));
  await writeFile(join(folder, 'AL.bin'), new Uint8Array(AL.buffer));
  const shapes = Object.fromEntries(Object.entries(weights).map(([name, W]) => [name, W.shape]));
  return { name, folder, m, files, shapes, network: JSON.parse(describe(network)) };
}

/** What others wrote, read by `handgrad import`: bit for bit. */
async function readBack({ name, network, weights }: Case, folder: string): Promise<Finding[]> {
  const given = { activations: denseLayersOf(network.layers).map(({ activation }) => activation) };
  const theirs = [
    { file: 'theirs.npz', format: formats.npz, tool: 'numpy.savez' },
    { file: 'theirs-compressed.npz', format: formats.npz, tool: 'numpy.savez_compressed' },
    { file: 'theirs-doubles.npz', format: formats.npz, tool: 'numpy.savez, float64' },
    { file: 'theirs-fortran.npz', format: formats.npz, tool: "numpy.savez, Fortran's order" },
    {
      file: 'theirs.safetensors',
      format: formats.safetensors,
      tool: 'safetensors.numpy.save_file',
    },
  ];
  const findings: Finding[] = [];
  for (const { file, format, tool } of theirs) {
    const wrong = await complaintAbout(weights, () => format.load!(join(folder, file), given));
    findings.push({ case: name, format: format.name, tool: `${tool} → import`, wrong });
  }
  return findings;
}

/** What is wrong with what was read, where something is. */
async function complaintAbout(
  weights: Case['weights'],
  load: () => Promise<Loaded>,
): Promise<string | undefined> {
  let params: Params = {};
  try {
    ({ params } = await load());
    const names = Object.keys(params).sort();
    if (String(names) !== String(Object.keys(weights).sort())) return `it has ${names.join(', ')}`;
    const other = Object.entries(weights).find(([name, { shape, values }]) => {
      const read = bytesOf(params[name].dataSync() as Float32Array);
      return (
        String(params[name].shape) !== String(shape) ||
        !bytesOf(values).every((b, i) => b === read[i])
      );
    });
    return other && `${other[0]} is another one`;
  } catch (error) {
    if (!(error instanceof HandgradError)) throw error;
    return error.message;
  } finally {
    disposeReplaced(params, {});
  }
}
