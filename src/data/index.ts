/*
 * `handgrad/data`: in go files, pictures or a seed; out come X (n_x, m) and Y (1, m).
 */

export * from '../core/errors.js';
export type { RandomState } from '../core/random.js';
export { type AugmentOptions, augment } from './augmentation.js';
export { type Dataset, type FileBytes, parseDataset, type SourceFile } from './dataset.js';
export { loadDataset } from './datasetFolder.js';
export { type DecodedPicture, decodePicture } from './decodePicture.js';
export { embeddedDataset } from './embedded.js';
export { writeEmbeddedSet } from './embeddedFiles.js';
export type { Part } from './hdf5.js';
export { readPicture } from './pictureFile.js';
export { type Matrices, type PictureSet, toMatrices } from './pictureSet.js';
export { type Picture, pictureToColumn, resizePicture } from './pictures.js';
export * as planar from './planar.js';
export type { Size } from './reduction.js';
