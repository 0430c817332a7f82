import { csv } from './csv.js';
import type { DataFormat } from './format.js';
import { hdf5 } from './hdf5.js';
import { idx } from './idx.js';
import { jsonl } from './jsonl.js';
import { npy } from './npy.js';
import { npz } from './npz.js';
import { parquet } from './parquet.js';
import { pictures } from './pictures.js';
import { tableParts } from './tableParts.js';

/** Every format that `readData` knows, in the order in which they are asked: text last. */
export const formats: readonly DataFormat[] = [
  ...[hdf5, npz, npy, idx, parquet, pictures, tableParts, jsonl, csv],
];
