import type { Sums } from './sums.js';
import { BackendUnavailable } from './unavailable.js';

/** The TensorFlow release that tfjs-node is compiled against. */
export const TENSORFLOW_VERSION = '2.15.1';

/** A Python wheel that carries libtensorflow for one platform, and how to link against it there. */
export interface Wheel {
  readonly package: string;
  /** The platform tag that pip selects the wheel by. */
  readonly platform: string;
  readonly sha256: string;
  /** The libraries in it, by name, with their SHA-256. */
  readonly files: Sums;
  readonly megabytes: number;
  readonly compiler: string;
  readonly linkFlags: readonly string[];
  readonly libraries: readonly string[];
  /** Whether the set-up has been run on this platform, or was only written for it. */
  readonly tested: boolean;
}

const linux = {
  compiler: 'g++',
  linkFlags: ['-shared', '-fPIC', '-Wl,-rpath,$ORIGIN'],
  libraries: ['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2'],
} as const;

/** All for CPython 3.11, which does not matter: nothing of Python is used from them. */
export const wheels: Readonly<Record<string, Wheel>> = {
  'linux-x64': {
    package: 'tensorflow-cpu',
    platform: 'manylinux_2_17_x86_64',
    sha256: '54660c074d7241a503e81edfd9f5ef5af88f64051b72e2945f26318c790f2d26',
    files: {
      'libtensorflow_cc.so.2': '26c52413c74ae9495f742c93b87fcb515c9010627f3feb5ad29b65dff901a2ee',
      'libtensorflow_framework.so.2':
        '1ed1f34811d338f934cb01155be51963f7a8ef4155cd201d0fba34b27425fc6b',
    },
    megabytes: 207,
    ...linux,
    tested: true,
  },
  'linux-arm64': {
    package: 'tensorflow-cpu-aws',
    platform: 'manylinux_2_17_aarch64',
    sha256: 'd4c3a3a9363bf42999adedbbd514e3a133be2d62f61fee9cfa46aaefb087c09e',
    files: {
      'libomp-54bf90fd.so.5': '93d029d4ddcc4a093c685e953a14d8689035b01a2a712cb0385783f8f3a3b8cf',
      'libtensorflow_cc.so.2': '482e6f4630c853f9e790870ea39faff9aae37609cda47b1598de28c59c26dd33',
      'libtensorflow_framework.so.2':
        '8cf7950629949388686aa5631c8fcdf8340f2590d9e8992b2e1929ebc4ac52e1',
    },
    megabytes: 212,
    ...linux,
    tested: false,
  },
  'darwin-arm64': {
    package: 'tensorflow',
    platform: 'macosx_12_0_arm64',
    sha256: 'aa926114d1e13ffe5b2ea59c3f195216f26646d7fe36e9e5207b291e4b7902ff',
    files: {
      'libtensorflow_cc.2.dylib':
        'bbe8dc640e174d04d3b2582e11bc20b78d9859d962dc197e684ca67ddb7f04bd',
      'libtensorflow_framework.2.dylib':
        'd787ecb157d4bc68bbb69c2c962da4a572ffcafcbf9f956590ae7a2ea83b14b4',
    },
    megabytes: 206,
    compiler: 'clang++',
    linkFlags: ['-bundle', '-undefined', 'dynamic_lookup', '-Wl,-rpath,@loader_path'],
    libraries: ['libtensorflow_cc.2.dylib', 'libtensorflow_framework.2.dylib'],
    tested: false,
  },
};

/**
 * The name of this machine in the table: `linux-x64`, and `linux-x64-musl` where the C library is
 * not glibc, for which no wheel exists.
 */
export function platformName(): string {
  const name = `${process.platform}-${process.arch}`;
  if (process.platform !== 'linux') return name;
  const { header } = process.report.getReport() as unknown as { header: Record<string, unknown> };
  return header.glibcVersionRuntime ? name : `${name}-musl`;
}

/** @throws BackendUnavailable when TensorFlow has no wheel for the platform. */
export function wheelFor(platform: string): Wheel {
  const wheel = wheels[platform];
  if (wheel) return wheel;
  throw new BackendUnavailable(
    `There is no TensorFlow ${TENSORFLOW_VERSION} wheel for ${platform}, only for ${Object.keys(wheels).join(', ')}.`,
    'Use the WASM backend here: --backend wasm.',
  );
}
