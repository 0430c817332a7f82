import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import ts from 'typescript';
import { version } from '../src/version.js';

/*
 * The house: what may import what. docs/architecture.md draws it; here it is held.
 */

const root = fileURLToPath(new URL('..', import.meta.url));
const src = join(root, 'src');

interface Source {
  /** Inside src, such as core/linear.ts. */
  readonly path: string;
  /** The folder of src it lies in; '' for src itself. */
  readonly room: string;
  /** What it imports, types too: packages by name, own files by their path in src. */
  readonly imports: readonly string[];
  readonly tree: ts.SourceFile;
}

const sources: Source[] = readdirSync(src, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts'))
  .map((path) => {
    const file = join(src, path);
    const text = readFileSync(file, 'utf8');
    const imports = ts
      .preProcessFile(text, true, true)
      .importedFiles.map(({ fileName }) =>
        fileName.startsWith('.')
          ? unixPath(relative(src, join(dirname(file), fileName))).replace(/\.js$/, '.ts')
          : fileName,
      );
    const tree = ts.createSourceFile(file, text, ts.ScriptTarget.ES2022, true);
    return { path: unixPath(path), room: roomOf(unixPath(path)), imports, tree };
  });

function unixPath(path: string): string {
  return path.split(sep).join('/');
}
function roomOf(path: string): string {
  return path.includes('/') ? path.split('/')[0] : '';
}

const isOwn = (name: string) => name.endsWith('.ts') && !name.startsWith('@');

/** 'core/x.ts imports y', for every import that does not keep the rule. */
const offences = (
  where: (source: Source) => boolean,
  allowed: (name: string, source: Source) => boolean,
) =>
  sources
    .filter(where)
    .flatMap((source) =>
      source.imports
        .filter((name) => !allowed(name, source))
        .map((name) => `${source.path} imports ${name}`),
    );

test('the sources and their imports are found', () => {
  expect(sources.length).toBeGreaterThan(20);
  expect(sources.find(({ path }) => path === 'core/linear.ts')!.imports).toEqual([
    '@tensorflow/tfjs-core',
    '@tensorflow/tfjs-core',
    'core/errors.ts',
    'core/products.ts',
  ]);
});

describe('a room imports only', () => {
  test.each<[string, (name: string) => boolean]>([
    [
      'core',
      (name) => name === '@tensorflow/tfjs-core' || (isOwn(name) && roomOf(name) === 'core'),
    ],
    [
      'report',
      (name) => !isOwn(name) || ['core', 'data', 'report', 'vendor'].includes(roomOf(name)),
    ],
    ['text', (name) => isOwn(name) && roomOf(name) === 'text'],
    ['files', (name) => !isOwn(name) || ['core', 'files'].includes(roomOf(name))],
    [
      'compiled',
      (name) =>
        !isOwn(name) || ['core', 'compiled'].includes(roomOf(name)) || name === 'protobuf.ts',
    ],
    ['data', (name) => !isOwn(name) || ['core', 'data', 'files'].includes(roomOf(name))],
    [
      'export',
      (name) =>
        !isOwn(name) ||
        ['core', 'export', 'files'].includes(roomOf(name)) ||
        ['version.ts', 'protobuf.ts', 'data/hdf5Memory.ts', 'data/crc32.ts'].includes(name),
    ],
  ])('%s: what the architecture gives it', (room, allowed) => {
    expect(offences((source) => source.room === room, allowed)).toEqual([]);
  });
});

test('gradients are registered by vendor/gradients.ts, for oracle alone; runtime may load tfjs-node', () => {
  const registering = /^@tensorflow\/tfjs(-layers|-node|-data|-converter)?($|\/)/;
  const others = offences(
    () => true,
    (name, { room, path }) =>
      registering.test(name)
        ? path === 'vendor/gradients.ts' || (room === 'runtime' && name === '@tensorflow/tfjs-node')
        : name !== 'vendor/gradients.ts' || room === 'oracle',
  );
  expect(others).toEqual([]);
});

test('vendor imports packages only, and what only the build needs is imported by vendor only', () => {
  const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const others = offences(
    () => true,
    (name, { room }) => {
      if (isOwn(name)) return room !== 'vendor';
      const [, owner] = /^((?:@[^/]+\/)?[^/]+)/.exec(name)!;
      return room === 'vendor' || name.startsWith('node:') || owner in dependencies;
    },
  );
  expect(others).toEqual([]);
});

test('nothing on the training path imports oracle', () => {
  const path = [
    '',
    'core',
    'compiled',
    'training',
    'data',
    'export',
    'runtime',
    'float64',
    'report',
  ];
  const others = offences(
    ({ room }) => path.includes(room),
    (name) => roomOf(name) !== 'oracle',
  );
  expect(others).toEqual([]);
});

test('only cli imports cli', () => {
  const others = offences(
    ({ room }) => room !== 'cli',
    (name) => !isOwn(name) || roomOf(name) !== 'cli',
  );
  expect(others).toEqual([]);
});

test('only cli prints', () => {
  const printing = /\bconsole\.\w+|\bprocess\.(stdout|stderr)\b/;
  const printers = sources
    .filter(({ room }) => room !== 'cli')
    .flatMap(({ path, tree }) => accesses(tree).map((code) => ({ path, code })))
    .filter(({ code }) => printing.test(code))
    .map(({ path, code }) => `${path} has ${code}`);
  expect(printers).toEqual([]);
});

/** Every a.b of the code, comments and strings left out. */
function accesses(node: ts.Node): string[] {
  const own = ts.isPropertyAccessExpression(node) ? [node.getText()] : [];
  return [...own, ...node.getChildren().flatMap(accesses)];
}

/** Files that a test of another name holds, which runs all that is in them. */
const heldBy: Readonly<Record<string, string>> = {
  'index.ts': 'package',
  'browser.ts': 'package',
  'data/dataset.ts': 'data/datasetFolder',
  'data/embeddedFiles.ts': 'data/embedded',
  'data/index.ts': 'package',
  'export/index.ts': 'package',
  'oracle/index.ts': 'package',
  'training/plans.ts': 'package',
  'vendor/contours.ts': 'report/regions',
  'vendor/gradients.ts': 'oracle/tape',
  'vendor/highlight.ts': 'report/listing',
  'vendor/katex.ts': 'report/equation',
  'vendor/sucrase.ts': 'cli/checkFile',
  'vendor/vega.ts': 'report/charts',
  'cli/typescript.ts': 'cli/checkFile',
  'cli/typescriptHooks.ts': 'cli/checkFile',
  'training/batches.ts': 'training/train',
  'version.ts': 'house',
  'cli/assertPassed.ts': 'cli/network',
  'cli/check/oracleOptions.ts': 'cli/check',
  'cli/check/own.ts': 'cli/check',
  'cli/findModel.ts': 'cli/export',
  'cli/formatList.ts': 'cli/export',
  'cli/loadSubject.ts': 'cli/checkFile',
  'cli/names.ts': 'cli/commands',
  'cli/train/card.ts': 'cli/train',
  'cli/train/fit.ts': 'cli/train',
  'cli/train/gradients.ts': 'cli/train',
  'cli/train/plans.ts': 'cli/train',
  'compiled/observe.ts': 'compiled/compile',
  'compiled/step.ts': 'compiled/compile',
  'compiled/native/backend.ts': 'compiled/compile',
  'compiled/native/engine.ts': 'compiled/compile',
  'compiled/native/loop.ts': 'compiled/compile',
  'compiled/native/recording.ts': 'compiled/compile',
  'compiled/native/simplify.ts': 'compiled/compile',
  'compiled/wasm/backend.ts': 'compiled/compile',
  'compiled/wasm/engine.ts': 'compiled/compile',
  'compiled/wasm/gather.ts': 'compiled/compile',
  'compiled/wasm/kernels.ts': 'compiled/compile',
  'compiled/wasm/passes.ts': 'compiled/compile',
  'compiled/wasm/program.ts': 'compiled/compile',
  'compiled/wasm/recording.ts': 'compiled/compile',
  'course/contents.ts': 'course/experiments',
  'course/courseReport.ts': 'cli/course',
  'course/index.ts': 'package',
  'course/published.ts': 'course/experiments',
  'course/trainDeep.ts': 'course/catModels',
  'data/jpegMarkers.ts': 'data/jpeg',
  'data/jpegWasm.ts': 'data/jpeg',
  'data/orientation.ts': 'data/decodePicture',
  'data/pictureDamage.ts': 'data/decodePicture',
  'data/pngChunks.ts': 'data/png',
  'data/pngColours.ts': 'data/png',
  'data/pngLines.ts': 'data/png',
  'data/things.ts': 'data/embedded',
  'float64/tilesWasm.ts': 'float64/tiles',
  'oracle/report.ts': 'oracle/report/json',
  'oracle/subject.ts': 'oracle/checkGradients',
  'oracle/summarize.ts': 'cli/network',
  'oracle/diagnosis/diagnose.ts': 'oracle/diagnosis/matrix',
  'oracle/diagnosis/evidence.ts': 'oracle/diagnosis/matrix',
  'oracle/diagnosis/explain.ts': 'oracle/diagnosis/matrix',
  'oracle/diagnosis/forms.ts': 'oracle/diagnosis/matrix',
  'oracle/diagnosis/project.ts': 'oracle/diagnosis/written',
  'oracle/diagnosis/recognize.ts': 'oracle/diagnosis/matrix',
  'oracle/diagnosis/signature.ts': 'oracle/diagnosis/matrix',
  'oracle/diagnosis/survivors.ts': 'oracle/diagnosis/written',
  'oracle/report/heatMap.ts': 'oracle/report/html',
  'oracle/report/style.ts': 'oracle/report/html',
  'oracle/report/words.ts': 'oracle/report/text',
  'oracle/updates/compare.ts': 'oracle/updates/checkUpdate',
  'oracle/updates/explain.ts': 'oracle/updates/checkUpdate',
  'oracle/updates/replay.ts': 'oracle/updates/checkUpdate',
  'oracle/updates/rules.ts': 'oracle/updates/checkUpdate',
  'oracle/updates/run.ts': 'oracle/updates/checkUpdate',
  'report/blocks.ts': 'report/page',
  'report/contours.ts': 'report/regions',
  'report/escape.ts': 'report/page',
  'report/figure.ts': 'report/page',
  'report/layers.ts': 'report/graph',
  'report/style.ts': 'report/page',
  'report/vega.ts': 'report/charts',
  'runtime/backendNames.ts': 'cli/commands',
  'runtime/cache.ts': 'runtime/nativeSetup',
  'runtime/command.ts': 'runtime/nativeSetup',
  'runtime/native.ts': 'runtime/backends',
  'runtime/probe.ts': 'runtime/doctor',
  'runtime/probeChild.ts': 'runtime/doctor',
  'runtime/unavailable.ts': 'runtime/backends',
  'runtime/wheels.ts': 'runtime/nativeSetup',
};

test('every source file has a test: the one that mirrors it, or the one that is named here', () => {
  const testOf = (path: string) =>
    heldBy[path] ??
    path
      .replace(/^course\/experiments\/.*/, 'course/experiments')
      .replace('cli/commands/', 'cli/') // what a command does, as a user runs it
      .replace(/\.ts$/, '');
  const missing = sources
    .map(({ path }) => path)
    .filter((path) => !existsSync(join(root, '__tests__', `${testOf(path)}.test.ts`)));
  expect(missing).toEqual([]);
});

test('none is named here that has its own, or is gone', () => {
  const superfluous = Object.keys(heldBy).filter(
    (path) =>
      !existsSync(join(root, 'src', path)) ||
      existsSync(join(root, '__tests__', path.replace(/\.ts$/, '.test.ts'))),
  );
  expect(superfluous).toEqual([]);
});

test('version.ts has the version of package.json', () => {
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  expect(version).toBe(manifest.version);
});
