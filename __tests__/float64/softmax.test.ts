import { softmaxes } from '../../src/float64/softmax.js';
import { holds } from './holds.js';

holds(softmaxes);
