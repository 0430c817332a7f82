import type { DenseOptions } from '../../../src/core/layers/dense.js';
import { dense } from '../../../src/core/layers/dense.js';
import { describeGoldens } from '../../support/layerGoldens.js';

describeGoldens('dense', (config) => dense(config as unknown as DenseOptions));
