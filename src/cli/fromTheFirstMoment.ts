import { listenToSignals } from './ending.js';

/* Imported before all else: a signal is heard while the rest is loaded. */
listenToSignals();
