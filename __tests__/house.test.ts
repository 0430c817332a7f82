import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import ts from 'typescript';
import { version } from '../src/version.js';

/*
 * The house: what may import what, and that every file of it is run by a test. docs/architecture.md
 * draws it; here it is held.
 */

const root = fileURLToPath(new URL('..', import.meta.url));
const unixPath = (path: string) => path.split(sep).join('/');

/** The paths of the TypeScript files of a folder, such as src/core/linear.ts. */
const listOf = (folder: string): string[] =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts') && !/^(dist|node_modules)\b/.test(path))
    .map((path) => `${folder}/${unixPath(path)}`);

/** What an import written in a file means: a package by its name, an own file by its path. */
function resolve(from: string, name: string): string {
  if (!name.startsWith('.')) return name;
  const file = join(root, dirname(from), name);
  return unixPath(relative(root, file)).replace(/\.js$/, '.ts');
}

interface Source {
  /** Such as src/core/linear.ts. */
  readonly path: string;
  /** The folder of src it lies in, or web; '' for src itself. */
  readonly room: string;
  /** What it imports, types too. */
  readonly imports: readonly string[];
  readonly tree: ts.SourceFile;
}

const sources: Source[] = [...listOf('src'), ...listOf('web')].map((path) => {
  const text = readFileSync(join(root, path), 'utf8');
  const imports = ts
    .preProcessFile(text, true, true)
    .importedFiles.map(({ fileName }) => resolve(path, fileName));
  const tree = ts.createSourceFile(path, text, ts.ScriptTarget.ES2022, true);
  return { path, room: roomOf(path), imports, tree };
});
const inSrc = sources.filter(({ path }) => path.startsWith('src/'));

function roomOf(path: string): string {
  if (path.startsWith('web/')) return 'web';
  return /^src\/([^/]+)\//.exec(path)?.[1] ?? '';
}

const isOwn = (name: string) => /^(src|web|models|scripts|__tests__)\//.test(name);

/** 'src/core/x.ts imports y', for every import that does not keep the rule. */
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

/** All that can be reached from some files, themselves among it where something leads back to them. */
function reachable(from: readonly string[], next: (path: string) => readonly string[]) {
  const found = new Set<string>();
  const open = from.flatMap(next);
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    if (found.has(path)) continue;
    found.add(path);
    open.push(...next(path));
  }
  return found;
}

test('the sources and their imports are found', () => {
  expect(sources.length).toBeGreaterThan(200);
  expect(sources.find(({ path }) => path === 'src/core/linear.ts')!.imports).toEqual([
    '@tensorflow/tfjs-core',
    '@tensorflow/tfjs-core',
    'src/core/errors.ts',
    'src/core/products.ts',
  ]);
});

interface Room {
  readonly folder: string;
  /** Rooms and files of src, and packages; '*' stands for all of them. */
  readonly own: readonly string[];
  readonly packages: readonly string[];
}

/** The table of docs/architecture.md: what stands in backquotes in its first, third and fourth columns. */
const rooms: Room[] = readFileSync(join(root, 'docs/architecture.md'), 'utf8')
  .split('\n')
  .filter((line) => /^\| `(src\/)?\w+\/` \|/.test(line))
  .map((line) => {
    const [folder, , own, packages] = line
      .split('|')
      .slice(1, -1)
      .map((cell) => [...cell.matchAll(/`([^`]+)`/g)].map(([, name]) => name));
    return {
      folder: folder[0].replace(/^src\/|\/$/g, ''),
      own: own.map((name) => (name === '*' ? name : `src/${name}`)),
      packages,
    };
  });

/** `node:fs` is of `node:`, `vega/x.js` of `vega`. */
const isOf = (name: string) => (allowed: string) =>
  name === allowed || name.startsWith(allowed.endsWith(':') ? allowed : `${allowed}/`);

test('every room has a row in docs/architecture.md, and every row a room', () => {
  const folders = new Set(sources.map(({ room }) => room).filter(Boolean));
  expect(rooms.map(({ folder }) => folder).sort()).toEqual([...folders].sort());
});

describe('a room imports what the table in docs/architecture.md gives it', () => {
  test.each(rooms)('$folder: and nothing else', ({ folder, own, packages }) => {
    const allowed = (name: string) =>
      isOwn(name)
        ? roomOf(name) === folder || own.includes('*') || own.some(isOf(name))
        : packages.includes('*') || packages.some(isOf(name));
    expect(offences(({ room }) => room === folder, allowed)).toEqual([]);
  });

  test.each(rooms)('$folder: and nothing less', ({ folder, own, packages }) => {
    const imported = sources
      .filter(({ room }) => room === folder)
      .flatMap(({ imports }) => imports);
    const unused = [...own, ...packages].filter(
      (allowed) => allowed !== '*' && !imported.some((name) => isOf(name)(allowed)),
    );
    expect(unused).toEqual([]);
  });
});

/** The imports of a file that `leftOut` finds no word of, each word's first group the name. */
function importsBut(path: string, leftOut: RegExp): string[] {
  const text = readFileSync(join(root, path), 'utf8');
  const times = new Map<string, number>();
  for (const { fileName } of ts.preProcessFile(text, true, true).importedFiles) {
    times.set(fileName, (times.get(fileName) ?? 0) + 1);
  }
  for (const [, name] of text.matchAll(leftOut)) times.set(name, (times.get(name) ?? 0) - 1);
  return [...times].flatMap(([name, left]) => (left > 0 ? [resolve(path, name)] : []));
}
const asTypes = /^(?:im|ex)port type [^;]*? from '([^']+)'/gm;
const later = /\bimport\(\s*'([^']+)'/g;

// What is imported when it is needed, such as the action of a command, may know who asks for it.
test('no file imports itself over others', () => {
  const imports = new Map(sources.map(({ path }) => [path, importsBut(path, later)]));
  const next = (path: string) => imports.get(path) ?? [];
  expect([...imports.keys()].filter((path) => reachable([path], next).has(path))).toEqual([]);
});

test('what a page loads imports nothing of Node', () => {
  const imports = new Map(sources.map(({ path }) => [path, importsBut(path, asTypes)]));
  const entries = [...imports.keys()].filter((path) => /^web\/\w+\/(main|worker)\.ts$/.test(path));
  expect(entries.length).toBeGreaterThan(3);
  const loaded = reachable(entries, (path) => imports.get(path) ?? []);
  expect([...loaded].filter((name) => name.startsWith('node:'))).toEqual([]);
});

test('gradients are registered by vendor/gradients.ts, for oracle alone; runtime may load tfjs-node', () => {
  const registering = /^@tensorflow\/tfjs(-layers|-node|-data|-converter)?($|\/)/;
  const others = offences(
    () => true,
    (name, { room, path }) =>
      registering.test(name)
        ? path === 'src/vendor/gradients.ts' ||
          (room === 'runtime' && name === '@tensorflow/tfjs-node') ||
          room === 'web'
        : name !== 'src/vendor/gradients.ts' || room === 'oracle',
  );
  expect(others).toEqual([]);
});

test('vendor imports packages only, and what only the build needs is imported by vendor only', () => {
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  // What a user may install beside it is imported where it is asked for, in jobs alone.
  const optional = (name: string, room: string) =>
    room === 'jobs' && name in manifest.peerDependencies;
  const others = offences(
    ({ path }) => path.startsWith('src/'),
    (name, { room }) => {
      if (isOwn(name)) return room !== 'vendor';
      const [, owner] = /^((?:@[^/]+\/)?[^/]+)/.exec(name)!;
      return (
        room === 'vendor' ||
        name.startsWith('node:') ||
        owner in manifest.dependencies ||
        optional(owner, room)
      );
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

test('only cli prints, and fit where it is asked to', () => {
  const printing = /\bconsole\.\w+|\bprocess\.(stdout|stderr)\b/;
  const printers = inSrc
    .filter(({ room, path }) => room !== 'cli' && path !== 'src/training/verbose.ts')
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

/*
 * Every file has a test that runs it: one in the folder of its room, from which values are imported,
 * file by file, until it is reached, and through no other room.
 */

const files = [...listOf('src'), ...listOf('__tests__'), ...listOf('scripts')];
const tests = files.filter((path) => path.endsWith('.test.ts'));

/** What runs another file by a path that is put together, as a rule in a process of its own. */
const processes: Readonly<Record<string, string>> = {
  '__tests__/cli/handgrad.ts': 'src/cli/main.ts',
  'src/runtime/doctor.ts': 'src/runtime/probeChild.ts',
  'src/cli/check/apart.ts': 'src/cli/check/child.ts',
  'src/cli/jobs/children.ts': 'src/cli/jobs/child.ts',
  'src/cli/jobs/gradeEntry.ts': 'src/cli/jobs/gradeChild.ts',
  '__tests__/jobs/support/childEntry.ts': '__tests__/jobs/support/child.ts',
  'src/cli/grade/python.ts': 'src/cli/grade/pythonJudge.ts',
  'src/cli/grade/submission.ts': 'src/cli/grade/compute.ts',
  // A bundler puts it in the place of files that need Node.
  'scripts/package/install.ts': 'src/browser.ts',
};

/** Files that are reached from another room's tests alone, and from which. */
const heldBy: Readonly<Record<string, string>> = {
  'src/browser.ts': '__tests__/package.test.ts',
  'src/course/courseReport.ts': '__tests__/cli/course.test.ts',
  'src/oracle/python/heldAgain.ts': '__tests__/cli/grade/python.python.test.ts',
  'src/protobuf.ts': '__tests__/export/formats/onnx.test.ts',
  'src/vendor/highlight.ts': '__tests__/report/listing.test.ts',
  'src/vendor/katex.ts': '__tests__/report/equation.test.ts',
  'src/vendor/vega.ts': '__tests__/report/charts.test.ts',
};

/** The files that a file runs: its value imports, dynamic ones too, and what it starts by its path. */
function valuesOf(path: string): string[] {
  const text = readFileSync(join(root, path), 'utf8');
  const started = [...text.matchAll(/['"](?:\.\/)?(src\/[\w/]+\.ts)['"]/g)].map(([, name]) => name);
  const names = importsBut(path, asTypes);
  return [...names, ...(processes[path] ? [processes[path]] : started)].filter(isOwn);
}
const values = new Map(files.map((path) => [path, valuesOf(path)]));

/** Whether there is something to run: not types alone, and not other files' exports alone. */
const runs = ({ tree }: Source) =>
  tree.statements.some(
    (statement) =>
      !ts.isImportDeclaration(statement) &&
      !ts.isExportDeclaration(statement) &&
      !ts.isInterfaceDeclaration(statement) &&
      !ts.isTypeAliasDeclaration(statement),
  );

const mirrorOf = (path: string) => path.replace(/^src/, '__tests__').replace(/\.ts$/, '.test.ts');

test('every source file is run by a test of its room', () => {
  const unheld = inSrc.filter(runs).filter(({ path, room }) => {
    const from = heldBy[path]
      ? [heldBy[path]]
      : tests.filter((file) => dirname(file).startsWith(`__tests__/${room}`));
    const through = (file: string) =>
      heldBy[path] || !file.startsWith('src/') || roomOf(file) === room;
    return !reachable(from, (file) => (values.get(file) ?? []).filter(through)).has(path);
  });
  expect(unheld.map(({ path }) => path)).toEqual([]);
});

test('a test that has the name of a file runs that file', () => {
  const others = inSrc
    .map(({ path }) => path)
    .filter((path) => values.has(mirrorOf(path)))
    .filter((path) => !reachable([mirrorOf(path)], (file) => values.get(file) ?? []).has(path));
  expect(others).toEqual([]);
});

test('version.ts has the version of package.json', () => {
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  expect(version).toBe(manifest.version);
});
