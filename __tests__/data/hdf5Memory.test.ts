import { expect, jest, test } from '@jest/globals';

test('HDF5 prints nothing, not even where it fails', async () => {
  // h5wasm takes hold of console.error when it is loaded, so the spy has to be there first.
  const printed = jest.spyOn(console, 'error').mockImplementation(() => {});
  const { readInMemory } = await import('../../src/data/hdf5Memory.js');
  await expect(readInMemory(new Uint8Array(100), () => {})).rejects.toThrow('cannot open');
  expect(printed).not.toHaveBeenCalled();
  printed.mockRestore();
});

test('a file is closed and gone when its use throws', async () => {
  const { readInMemory, writeInMemory } = await import('../../src/data/hdf5Memory.js');
  const bytes = await writeInMemory((file) => void file.create_group('a'));
  const { default: h5wasm } = await import('h5wasm');
  const { FS } = await h5wasm.ready;
  const fail = () => {
    expect(FS.readdir('/')).toContain('file.h5');
    throw new Error('of mine');
  };
  await expect(readInMemory(bytes, fail)).rejects.toThrow('of mine');
  await expect(writeInMemory(fail)).rejects.toThrow('of mine');
  expect(FS.readdir('/')).not.toContain('file.h5');
  expect((FS as unknown as { streams: unknown[] }).streams.filter(Boolean)).toHaveLength(3);
});
