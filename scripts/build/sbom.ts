import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

interface Component {
  readonly 'bom-ref': string;
  readonly licenses?: readonly unknown[];
  readonly properties: readonly { readonly name: string; readonly value: string }[];
}

interface Bom {
  readonly serialNumber?: string;
  readonly metadata: { readonly timestamp?: string; readonly component: { 'bom-ref': string } };
  readonly components: readonly Component[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[];
}

/**
 * The parts of the published package, in CycloneDX's JSON: what npm installs with it, by `npm sbom`, and
 * what is bundled into dist/vendor. Without the time and the number of the run, so that the same lock file
 * gives the same bytes. Which are installed is read from the lock file: with --omit=dev, npm 11.19 leaves
 * out what a development dependency needs as well, fflate and tfjs-core among them.
 *
 * @param bundled the packages in dist/vendor, as name@version.
 */
export function sbomOf(root: string, bundled: readonly string[]): string {
  const { serialNumber: _, ...all } = ask(root);
  const { timestamp: __, ...metadata } = all.metadata;
  const installed = installedWith(root);
  const isInstalled = ({ 'bom-ref': ref }: Component) => installed.has(ref);
  const inside = all.components
    .filter((one) => !isInstalled(one) && bundled.includes(one['bom-ref']))
    .map((one) => ({ ...one, properties: [{ name: 'bundled', value: 'dist/vendor' }] }));
  const components = [...all.components.filter(isInstalled), ...inside].map((one) =>
    one.licenses ? one : { ...one, licenses: [{ license: { name: licenceOf(root, one) } }] },
  );
  const refs = new Set(components.map((one) => one['bom-ref']));
  const self = metadata.component['bom-ref'];
  const bom = {
    ...all,
    metadata: { ...metadata, component: { ...metadata.component, name: 'handgrad' } },
    components,
    dependencies: all.dependencies
      .filter(({ ref }) => ref === self || refs.has(ref))
      .map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.filter((on) => refs.has(on)) })),
  };
  return `${JSON.stringify(bom, null, 2)}\n`;
}

/** In other words than SPDX's, which npm leaves out. */
const licenceOf = (root: string, { 'bom-ref': ref }: Component): string =>
  JSON.parse(
    readFileSync(
      join(root, 'node_modules', ref.slice(0, ref.lastIndexOf('@')), 'package.json'),
      'utf8',
    ),
  ).license;

/** As name@version, what npm installs where the package is installed. */
function installedWith(root: string): Set<string> {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { version: string; dev?: true; devOptional?: true; peer?: true }>;
  };
  const own = Object.entries(packages).filter(
    ([path, { dev, devOptional, peer }]) => path !== '' && !dev && !devOptional && !peer,
  );
  return new Set(
    own.map(
      ([path, { version }]) =>
        `${path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length)}@${version}`,
    ),
  );
}

function ask(root: string): Bom {
  const args = ['sbom', '--sbom-format=cyclonedx', '--package-lock-only'];
  const { status, stdout, stderr } = spawnSync('npm', args, {
    cwd: root,
    encoding: 'utf8',
    shell: process.platform === 'win32',
    maxBuffer: 2 ** 26,
  });
  if (status !== 0) throw new Error(`npm ${args.join(' ')} failed; npm 10 has it. ${stderr}`);
  return JSON.parse(stdout);
}
