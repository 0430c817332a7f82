import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { AbortError, BackendError } from '../../src/core/errors.js';
import { missingTools } from '../../src/runtime/missingTools.js';
import { buildBinding } from '../../src/runtime/nativeBuild.js';
import { platformName, wheelFor, wheels } from '../../src/runtime/wheels.js';
import { needing } from '../support/needs.js';
import {
  bindingOf,
  programs,
  projectWhereTfjsNodeIs,
  realBinding,
  removeTemporaryFolders,
  runIn,
  temporaryFolder,
} from './fixture.js';

const PATH = process.env.PATH;
afterEach(() => {
  process.env.PATH = PATH;
});
afterAll(removeTemporaryFolders);

const works = 'exit 0';
/** A python3 whose pip is there, and whose `pip download` is a script. */
const python = (download: string) => `case "$*" in *"pip download"*) ${download};; esac; exit 0`;

/** Runs setupNative in a project; prints its result, or the error's class and message. */
const SETUP = `
  const { setupNative } = await import('./src/runtime/nativeSetup.ts');
  const messages = [];
  try {
    const result = await setupNative({ onMessage: (message) => messages.push(message) });
    console.log(JSON.stringify({ ...result, messages }));
  } catch (error) {
    console.log(JSON.stringify({ name: error.name, message: error.message, messages }));
  }`;

const supported = Object.hasOwn(wheels, platformName());

needing('build', supported).describe(`setupNative (needs a wheel for ${platformName()})`, () => {
  let project: string;
  beforeAll(() => {
    project = projectWhereTfjsNodeIs('unbuilt');
  });

  async function setupWith(path: string, cache = temporaryFolder()) {
    const { stdout, stderr, code } = await runIn(project, SETUP, {
      PATH: path,
      HANDGRAD_CACHE: cache,
    });
    expect({ stderr, code }).toEqual({ stderr: '', code: 0 });
    return { ...JSON.parse(stdout), left: readdirSync(cache) };
  }

  const compiler = supported ? wheelFor(platformName()).compiler : '';

  test.each([
    ['python3', {}, ['python3', compiler]],
    ['pip', { python3: 'case "$*" in *pip*) exit 1;; esac', [compiler]: works }, ['pip']],
    ['the compiler', { python3: works }, [compiler]],
  ])('without %s, one line names it and its cure', async (_, scripts, missing) => {
    const { name, message, left } = await setupWith(programs(scripts));
    expect(name).toBe('BackendError');
    expect(message).toMatch(
      new RegExp(
        `^The native backend cannot be built without ${missing.join(' and ').replaceAll('+', '\\+')}\\. .*"npm run setup"\\.$`,
      ),
    );
    expect(left).toEqual([]);
  });

  test('pip that fails is quoted, and leaves nothing', async () => {
    const failing = python('echo "ERROR: No matching distribution found"; echo bye; exit 3');
    const { message, messages, left } = await setupWith(
      programs({ python3: failing, [compiler]: works }),
    );
    const release = `${wheelFor(platformName()).package}==2.15.1`;
    expect(message).toBe(
      `Downloading ${release} with pip failed (python3, exit code 3): ERROR: No matching distribution found`,
    );
    expect(messages.at(-1)).toBe('ERROR: No matching distribution found\nbye');
    expect(left).toEqual([]);
  });

  test('a wheel with other bytes is refused before it is unpacked', async () => {
    // The script finds --dest among its arguments and writes there what is no wheel.
    const wrong = python(
      'while [ "$1" != --dest ]; do shift; done; echo "other bytes" > "$2/x.whl"; exit 0',
    );
    const { message, messages, left } = await setupWith(
      programs({ python3: wrong, [compiler]: works }),
    );
    const { sha256 } = wheelFor(platformName());
    const actual = createHash('sha256').update('other bytes\n').digest('hex');
    expect(message).toContain(`x.whl has SHA-256 ${actual}, expected ${sha256}`);
    expect(messages.join()).not.toContain('Unpacking');
    expect(left).toEqual([]);
  });

  test('a cache that cannot be written is named', async () => {
    const file = join(temporaryFolder(), 'file');
    writeFileSync(file, '');
    const { stdout } = await runIn(project, SETUP, {
      PATH: programs({ python3: works, [compiler]: works }),
      HANDGRAD_CACHE: join(file, 'cache'),
    });
    expect(JSON.parse(stdout)).toMatchObject({
      name: 'BackendError',
      message: expect.stringMatching(/^The native set-up failed: ENOTDIR.*HANDGRAD_CACHE/),
    });
  });

  needing('native', existsSync(realBinding)).test(
    'a cached binding is linked without tools, found ready, and computes',
    async () => {
      // The real libraries, under the name that the cache gives them.
      const cache = temporaryFolder();
      const key = `tfjs-node-4.22.0-tensorflow-2.15.1-${platformName()}-2`;
      symlinkSync(dirname(realpathSync(realBinding)), join(cache, key));
      const nothing = programs({});
      expect(await setupWith(nothing, cache)).toMatchObject({ status: 'linked', messages: [] });
      expect(readlinkSync(bindingOf(project))).toBe(join(cache, key, 'tfjs_binding.node'));
      expect(readdirSync(dirname(bindingOf(project))).sort()).toEqual([
        'handgrad-checked.json',
        basename(bindingOf(project)),
      ]);
      expect(await setupWith(nothing, temporaryFolder())).toMatchObject({
        status: 'ready',
        tfjsNode: '4.22.0',
        binding: bindingOf(project),
        left: [],
      });
      const { stdout } = await runIn(
        project,
        `const { probe } = await import('./src/runtime/probe.ts');
       console.log(JSON.stringify(await probe('native')));`,
        { TF_NUM_INTRAOP_THREADS: '', TF_NUM_INTEROP_THREADS: '' },
      );
      expect(JSON.parse(stdout)).toEqual({ works: true, tfjs: '4.22.0', tensorflow: '2.15.1' });
    },
  );
});

const KEY = `tfjs-node-4.22.0-tensorflow-2.15.1-${platformName()}-2`;

needing('native', existsSync(realBinding)).describe('a library that another has planted', () => {
  let project: string;
  beforeAll(() => {
    project = projectWhereTfjsNodeIs('unbuilt');
  });
  /** A cache whose libraries are others. */
  function planted(mode: number) {
    const cache = join(temporaryFolder(), 'shared');
    const folder = join(cache, KEY);
    mkdirSync(folder, { recursive: true });
    const real = dirname(realpathSync(realBinding));
    for (const name of ['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2']) {
      writeFileSync(join(folder, name), 'planted');
    }
    writeFileSync(join(folder, 'tfjs_binding.node'), readFileSync(join(real, 'tfjs_binding.node')));
    chmodSync(cache, mode);
    return { cache, folder };
  }
  const nothing = () => programs({});
  const setup = async (cache: string) =>
    JSON.parse((await runIn(project, SETUP, { PATH: nothing(), HANDGRAD_CACHE: cache })).stdout);

  test('in a cache that others write: refused, with the cure, and nothing of it is run or removed', async () => {
    const { cache, folder } = planted(0o777);
    expect(await setup(cache)).toMatchObject({
      name: 'BackendError',
      message: `The native backend is not taken from the cache: ${cache} can be written by others (mode 777). Name a folder that only you can write in HANDGRAD_CACHE, then run "npm run setup".`,
    });
    expect(readdirSync(folder)).toHaveLength(3);
  });

  test('in the own cache: said, and built anew, for which tools are needed here', async () => {
    const { cache, folder } = planted(0o755);
    const { message, messages } = await setup(cache);
    expect(messages).toEqual([
      expect.stringMatching(
        /^The native backend is built anew: .*libtensorflow_cc\.so\.2 has SHA-256 [0-9a-f]{64}, expected [0-9a-f]{64}\.$/,
      ),
    ]);
    expect(message).toContain('cannot be built without python3');
    expect(readdirSync(folder)).toHaveLength(3);
  });

  test('behind the link: native is refused with a cure, and auto takes WASM and warns', async () => {
    const { folder } = planted(0o755);
    mkdirSync(dirname(bindingOf(project)), { recursive: true });
    symlinkSync(join(folder, 'tfjs_binding.node'), bindingOf(project));
    const code = `
      const { useBackend } = await import('./src/runtime/backends.ts');
      const error = await useBackend('native').catch((error) => error.message);
      console.log(JSON.stringify([error, (await useBackend()).name]));`;
    const { stdout, stderr } = await runIn(project, code);
    const [message, name] = JSON.parse(stdout);
    expect(message).toMatch(
      /^The native backend is not loaded: .*libtensorflow_cc\.so\.2 has SHA-256 .*\. Run "npm run setup" to build it anew\.$/,
    );
    expect(name).toBe('wasm');
    expect(stderr).toContain(`HandgradWarning: ${message}`);
  });
});

// pip and zipfile of the folder that one stands in, or of PYTHONPATH, would run in the place of Python's own.
needing('build', spawnSync('python3', ['--version']).status === 0).test(
  'the set-up asks for no module of the folder that it runs in',
  async () => {
    const folder = temporaryFolder();
    for (const name of ['pip', 'zipfile', 'os']) {
      writeFileSync(
        join(folder, `${name}.py`),
        `open(${JSON.stringify(join(folder, 'ran'))}, 'w')`,
      );
    }
    const before = [process.cwd(), process.env.PYTHONPATH] as const;
    process.chdir(folder);
    process.env.PYTHONPATH = folder;
    try {
      await missingTools('true');
    } finally {
      process.chdir(before[0]);
      if (before[1] === undefined) delete process.env.PYTHONPATH;
      else process.env.PYTHONPATH = before[1];
    }
    expect(existsSync(join(folder, 'ran'))).toBe(false);
  },
);

const has = (command: string) => spawnSync(command, ['--version']).status === 0;
const canBuild = process.platform === 'linux' && has('python3') && has('g++');

/**
 * The whole build, with a small wheel and a small binding in place of TensorFlow's: the tools are
 * real, only `pip download` copies the wheel from beside.
 */
needing('build', canBuild).describe('buildBinding', () => {
  const FILES = {
    'tensorflow/libtensorflow_cc.so.2': '/* an empty linker script */',
    'tensorflow/libtensorflow_framework.so.2': '/* an empty linker script */',
    'tensorflow_cpu.libs/libomp.so.5': 'a library that comes along',
    'tensorflow/include/tensorflow/c/c_api.h': '#define ANSWER 42',
    'tensorflow/include/unneeded.h': '#error',
    'tensorflow/python/big.py': 'unneeded',
  };
  const SOURCE = `
    #include <node_api.h>
    #include "tensorflow/c/c_api.h"
    NAPI_MODULE_INIT() { napi_value n; napi_create_int32(env, ANSWER, &n); return n; }`;

  function buildOf(files: Record<string, string>, source = SOURCE) {
    const folder = temporaryFolder();
    const wheel = join(folder, 'small.whl');
    const zip = `import json, sys, zipfile
with zipfile.ZipFile(sys.argv[1], 'w') as z:
    for name, text in json.loads(sys.argv[2]).items(): z.writestr(name, text)`;
    const realPython = spawnSync('python3', ['-c', 'import sys; print(sys.executable)'])
      .stdout.toString()
      .trim();
    spawnSync(realPython, ['-c', zip, wheel, JSON.stringify(files)]);
    const fakePip = `case "$*" in
      *"pip download"*) while [ "$1" != --dest ]; do shift; done; cp '${wheel}' "$2";;
      *) exec '${realPython}' "$@";; esac`;
    process.env.PATH = `${programs({ python3: fakePip })}:${PATH}`;
    const directory = join(folder, 'tfjs-node');
    mkdirSync(join(directory, 'binding'), { recursive: true });
    writeFileSync(join(directory, 'binding', 'small.cc'), source);
    const cache = join(folder, 'cache');
    const target = join(cache, 'key');
    const sha256 = createHash('sha256').update(readFileSync(wheel)).digest('hex');
    const libraries = Object.entries(files)
      .map(([name, text]) => [/^(?:tensorflow|[^/]+\.libs)\/([^/]+)$/.exec(name)?.[1], text])
      .filter(([name]) => name)
      .map(([name, text]) => [name, createHash('sha256').update(text!).digest('hex')]);
    const build = (signal?: AbortSignal, onMessage?: (message: string) => void) =>
      buildBinding({
        wheel: { ...wheels['linux-x64']!, sha256, files: Object.fromEntries(libraries) },
        tfjsNode: { directory, version: '0', binding: '' },
        folder: target,
        signal,
        onMessage,
      });
    return { build, cache, target };
  }
  const left = (cache: string) => (existsSync(cache) ? readdirSync(cache) : []);

  test('leaves the binding and the libraries in one folder, and nothing else', async () => {
    const { build, cache, target } = buildOf(FILES);
    mkdirSync(join(cache, 'key.building-killed'), { recursive: true });
    mkdirSync(join(cache, 'key.building-alive'));
    utimesSync(join(cache, 'key.building-killed'), 0, 0);
    await build();
    expect(left(cache).sort()).toEqual(['key', 'key.building-alive']);
    expect(readdirSync(target).sort()).toEqual([
      'SHA256SUMS',
      'libomp.so.5',
      'libtensorflow_cc.so.2',
      'libtensorflow_framework.so.2',
      'tfjs_binding.node',
    ]);
    expect(createRequire(import.meta.url)(join(target, 'tfjs_binding.node'))).toBe(42);
  });

  test('two at once both succeed', async () => {
    const { build, cache } = buildOf(FILES);
    await Promise.all([build(), build()]);
    expect(left(cache)).toEqual(['key']);
  });

  test('a source that does not compile: the compiler is quoted', async () => {
    const { build, cache } = buildOf(FILES, '#error tfjs-node has changed');
    const messages: string[] = [];
    await expect(build(undefined, (message) => messages.push(message))).rejects.toThrow(
      /^Compiling the TensorFlow binding failed \(g\+\+, exit code 1\): .*tfjs-node has changed$/,
    );
    expect(messages.at(-1)).toContain('tfjs-node has changed');
    expect(left(cache)).toEqual([]);
  });

  test('a binding that does not load never gets into the cache', async () => {
    const { build, cache } = buildOf(FILES, 'extern int absent(); int use() { return absent(); }');
    await expect(build()).rejects.toThrow(/does not load on this machine/);
    expect(left(cache)).toEqual([]);
  });

  test.each(['tensorflow/include/tsl/../../../out.h', 'tensorflow/include/tsl//../../../out.h'])(
    'a wheel that climbs out of its folder is refused: %s',
    async (name) => {
      const { build, cache } = buildOf({ ...FILES, [name]: 'out' });
      const refusal = build();
      await expect(refusal).rejects.toThrow(BackendError);
      await expect(refusal).rejects.toThrow(/would be written outside of the folder/);
      expect(left(cache)).toEqual([]);
    },
  );

  test.each(['Downloading', 'Compiling'])('stopped while %s, it leaves nothing', async (step) => {
    const { build, cache } = buildOf(FILES);
    const controller = new AbortController();
    const stop = (message: string) => {
      if (message.startsWith(step)) setImmediate(() => controller.abort());
    };
    await expect(build(controller.signal, stop)).rejects.toThrow(AbortError);
    expect(left(cache)).toEqual([]);
  });
});

test('a platform without a wheel is told so', () => {
  expect(() => wheelFor('win32-x64')).toThrow(
    'There is no TensorFlow 2.15.1 wheel for win32-x64, only for linux-x64, linux-arm64, darwin-arm64. Use the WASM backend here: --backend wasm.',
  );
});
