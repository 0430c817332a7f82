/*
 * `handgrad/data`: in go files, folders, pictures, arrays or a seed; out come samples with targets, or
 * X (n_x, m) and Y (1, m).
 */

export * from '../core/errors.js';
export type {
  Backward,
  Config,
  Forward,
  Given,
  Json,
  Layer,
  Parameter,
  Shape,
} from '../core/layer.js';
export { type RandomPosition, RandomState } from '../core/random.js';
export type { Grads, Params } from '../core/tensors.js';
export type { NumberArray } from './arrays/ndArray.js';
export { type AugmentOptions, augment } from './augmentation.js';
export { type Dataset, type FileBytes, parseDataset } from './dataset.js';
export { loadDataset } from './datasetFolder.js';
export { type DecodedPicture, decodePicture } from './decodePicture.js';
export { embeddedDataset } from './embedded.js';
export { writeEmbeddedSet } from './embeddedFiles.js';
export { type DeepArray, type FromArrays, fromArrays } from './fromArrays.js';
export type { Part } from './hdf5.js';
export { leakBetween } from './leaks.js';
export { readPicture } from './pictureFile.js';
export { type Matrices, type PictureSet, toMatrices } from './pictureSet.js';
export { type Picture, type PictureForm, pictureToColumn, resizePicture } from './pictures.js';
export * as planar from './planar.js';
export {
  fitTargets,
  type TargetScaling,
  type TensorOptions,
  toTensors,
} from './prepare.js';
export { readData } from './readData.js';
export { type NewRows, readRows, type TableForm } from './readRows.js';
export type { Size } from './reduction.js';
export type {
  Column,
  Fill,
  InputForm,
  OwnData,
  ReadDataOptions,
  SampleSet,
  SourceFile,
  Targets,
} from './sampleSet.js';
export { fitScaling, type Scale, type Scaling } from './scaling.js';
export { type Split, type SplitOptions, splitSamples } from './split.js';
export { type DataParts, splitData } from './splitData.js';
export { type StreamOptions, streamOf } from './stream.js';
export { fillMissing } from './tables/fillMissing.js';
