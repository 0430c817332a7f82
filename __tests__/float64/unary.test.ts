import { unary } from '../../src/float64/unary.js';
import { holds } from './holds.js';

holds(unary);
