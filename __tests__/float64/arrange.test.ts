import { arrangements } from '../../src/float64/arrange.js';
import { holds } from './holds.js';

holds(arrangements);
