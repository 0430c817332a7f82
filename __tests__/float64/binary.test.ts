import { binary } from '../../src/float64/binary.js';
import { holds } from './holds.js';

holds(binary);
