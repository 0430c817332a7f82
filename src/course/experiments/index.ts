import type { Experiment } from '../experiment.js';
import { activationPlots } from './activationPlots.js';
import { broadcasting } from './broadcasting.js';
import { buildingBlocks } from './buildingBlocks.js';
import { lLayer, logisticCats, twoLayer } from './catModels.js';
import { logisticMoons, oneVsAllBlobs } from './classes.js';
import { computationGraph } from './computationGraph.js';
import { deepNetwork } from './deepNetwork.js';
import { derivatives } from './derivatives.js';
import { losses } from './losses.js';
import { planar } from './planar.js';
import { sweep } from './sweep.js';
import { symmetry } from './symmetry.js';
import { vectorisation } from './vectorisation.js';
import { xor } from './xor.js';

/** Every experiment, in the order of the notes. A new one is a file, and a line here. */
export const experiments: readonly Experiment[] = [
  planar,
  buildingBlocks,
  twoLayer,
  lLayer,
  deepNetwork,
  activationPlots,
  logisticMoons,
  logisticCats,
  oneVsAllBlobs,
  symmetry,
  sweep,
  xor,
  losses,
  derivatives,
  computationGraph,
  vectorisation,
  broadcasting,
];
