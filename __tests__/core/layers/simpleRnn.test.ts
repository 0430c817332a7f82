import { simpleRnn } from '../../../src/core/layers/simpleRnn.js';
import { describeGoldens } from '../../support/layerGoldens.js';
import { recurrentOptionsOf } from '../../support/recurrence.js';

describeGoldens('simpleRnn', (config) => simpleRnn(recurrentOptionsOf(config)), { rows: true });
