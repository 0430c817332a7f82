import {
  type SelfAttentionOptions,
  selfAttention,
} from '../../../src/core/layers/selfAttention.js';
import { describeGoldens } from '../../support/layerGoldens.js';

describeGoldens('selfAttention', (config) =>
  selfAttention(config as unknown as SelfAttentionOptions),
);
