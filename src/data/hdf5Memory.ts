import type { File, ready } from 'h5wasm';
import { assertHeapsEnd } from './hdf5Heaps.js';

/**
 * Opens the bytes of an HDF5 file, and closes and removes it when `use` returns or throws.
 *
 * The file lies in the memory of h5wasm, whose links cannot leave it. `use` runs to its end without
 * giving way to another, so that one name serves all.
 *
 * @throws Error where HDF5 cannot open the bytes or would never end, and whatever `use` throws.
 */
export async function readInMemory<T>(bytes: Uint8Array, use: (file: File) => T): Promise<T> {
  assertHeapsEnd(bytes);
  const { File, FS } = await load();
  FS.writeFile(NAME, bytes);
  try {
    return closing(new File(NAME, 'r'), use);
  } finally {
    FS.unlink(NAME);
  }
}

/** The bytes of an HDF5 file that `fill` fills: the same bytes for the same contents, at any time. */
export async function writeInMemory(fill: (file: File) => void): Promise<Uint8Array> {
  const { File, FS } = await load();
  try {
    atTimeZero(() => closing(new File(NAME, 'w'), fill));
    return FS.readFile(NAME);
  } finally {
    FS.unlink(NAME);
  }
}

const NAME = '/file.h5';

type H5Module = Awaited<typeof ready>;

function closing<T>(file: File, use: (file: File) => T): T {
  // h5wasm answers a file that it cannot open with a negative number, and does not throw.
  if (file.file_id < 0n) throw new Error('HDF5 cannot open the file.');
  try {
    return use(file);
  } finally {
    file.close();
  }
}

/** Loaded when first needed: it is four megabytes. */
async function load() {
  const { default: h5wasm } = await import('h5wasm');
  const module = await h5wasm.ready;
  if (!amended) amend(module);
  amended = true;
  return { File: h5wasm.File, FS: module.FS };
}

let amended = false;

/** Two things that h5wasm leaves as HDF5 does them. */
function amend(module: H5Module): void {
  // It does not look whether a read succeeded: damaged data would come back as stray memory.
  const read = module.get_dataset_data;
  module.get_dataset_data = (...request) => {
    const status = read(...request);
    if (status < 0) throw new Error('HDF5 cannot read the data.');
    return status;
  };
  // HDF5 prints a stack to stderr at each error. We throw a sentence: let the stacks go nowhere.
  const { FS } = module as unknown as { FS: Streams };
  FS.close(FS.streams[STDERR]);
  FS.open('/dev/null', 'w'); // takes the lowest free number, which is that of stderr
}

/** What h5wasm's types leave out of its file system. */
interface Streams {
  streams: unknown[];
  open(path: string, flags: string): unknown;
  close(stream: unknown): void;
}

const STDERR = 2;

/** HDF5 writes the time into what it creates; h5wasm has no switch for it. */
function atTimeZero(write: () => void): void {
  const now = Date.now;
  Date.now = () => 0;
  try {
    write();
  } finally {
    Date.now = now;
  }
}
