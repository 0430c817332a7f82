import { creations } from '../../src/float64/create.js';
import { holds } from './holds.js';

holds(creations);
