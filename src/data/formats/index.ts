import { csv } from './csv.js';
import type { DataFormat } from './format.js';
import { jsonl } from './jsonl.js';
import { parquet } from './parquet.js';

/** Every format that `readData` knows, in the order in which they are asked: text last. */
export const formats: readonly DataFormat[] = [parquet, jsonl, csv];
