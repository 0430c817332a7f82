import { gru } from '../../../src/core/layers/gru.js';
import { describeGoldens } from '../../support/layerGoldens.js';
import { recurrentOptionsOf } from '../../support/recurrence.js';

describeGoldens('gru', (config) => gru(recurrentOptionsOf(config)), { rows: true });
