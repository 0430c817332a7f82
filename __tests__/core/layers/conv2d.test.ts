import { type Conv2dOptions, conv2d } from '../../../src/core/layers/conv2d.js';
import { describeGoldens } from '../../support/layerGoldens.js';

describeGoldens('conv2d', (config) => conv2d(config as unknown as Conv2dOptions));
