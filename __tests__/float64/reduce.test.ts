import { reductions } from '../../src/float64/reduce.js';
import { holds } from './holds.js';

holds(reductions);
