import { readdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { BackendError } from '../core/errors.js';
import { type Commands, must } from './buildStep.js';
import { isolatedPython } from './missingTools.js';
import { setupCommand } from './native.js';
import { sha256Of } from './sums.js';
import { TENSORFLOW_VERSION, type Wheel } from './wheels.js';

const [python, ...isolated] = isolatedPython;

/** An hour for 207 MB is 60 kB a second; 2 kB a second is a server that gives nothing on purpose. */
const pace = { minutes: 60, least: { bytes: 240_000, inMinutes: 2 } };

/** pip chooses the mirror and the proxy that this machine is set up for; the hash is ours. */
export async function downloadWheel(
  wheel: Wheel,
  into: string,
  commands: Commands,
): Promise<string> {
  const requirements = join(into, 'requirements.txt');
  const requirement = `${wheel.package}==${TENSORFLOW_VERSION}`;
  await writeFile(requirements, `${requirement} --hash=sha256:${wheel.sha256}\n`);
  const cp311 = ['--python-version', '3.11', '--implementation', 'cp', '--abi', 'cp311'];
  const quiet = ['--quiet', '--disable-pip-version-check', '--no-cache-dir', '--retries', '2'];
  const only = ['--no-deps', '--only-binary=:all:', '--require-hashes'];
  const target = ['--platform', wheel.platform, '--dest', into, '--requirement', requirements];
  const args = [...isolated, '-m', 'pip', 'download', ...quiet, ...only, ...cp311, ...target];
  await must(`Downloading ${requirement} with pip`, python, args, { ...commands, ...pace });
  const name = (await readdir(into)).find((file) => file.endsWith('.whl'));
  if (!name)
    throw new BackendError(`pip said that it downloaded ${requirement}, but left no wheel.`);
  const file = join(into, name);
  verify(file, wheel.sha256);
  return file;
}

/** @throws BackendError when the file is not, byte for byte, the one that was pinned. */
function verify(file: string, sha256: string): void {
  const actual = sha256Of(file);
  if (actual !== sha256) {
    throw new BackendError(
      `The downloaded ${basename(file)} has SHA-256 ${actual}, expected ${sha256}, and was thrown away. Check the package mirror that pip uses, then run "${setupCommand}" again.`,
    );
  }
}

/** The libraries go into one flat folder, and keep finding each other there by $ORIGIN. */
export async function unpackWheel(
  file: string,
  libraries: string,
  include: string,
  commands: Commands,
): Promise<void> {
  const args = [...isolated, '-c', UNPACK, file, libraries, include];
  await must(`Unpacking ${basename(file)}`, python, args, commands);
}

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
