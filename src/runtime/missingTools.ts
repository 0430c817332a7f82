import { run } from './command.js';

/**
 * Python for what handgrad itself does: isolated, so that neither the folder that a command runs in nor
 * PYTHONPATH can put modules of others in the place of pip or zipfile.
 */
export const isolatedPython = ['python3', '-I'] as const;

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
    { what: 'python3', args: [...isolatedPython, '--version'], cure: cure('python3') },
    { what: 'pip', args: [...isolatedPython, '-m', 'pip', '--version'], cure: cure('python3-pip') },
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
