import { cumulatives } from '../../src/float64/cumulative.js';
import { holds } from './holds.js';

holds(cumulatives);
