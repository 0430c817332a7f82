import { lstm } from '../../../src/core/layers/lstm.js';
import { describeGoldens } from '../../support/layerGoldens.js';
import { recurrentOptionsOf } from '../../support/recurrence.js';

describeGoldens('lstm', (config) => lstm(recurrentOptionsOf(config)), { rows: true });
