import { einsum } from '../../src/float64/einsum.js';
import { holds } from './holds.js';

holds(einsum);
