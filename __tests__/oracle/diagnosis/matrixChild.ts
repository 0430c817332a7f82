/*
 * Run as a process of its own: every mistake in one network, printed as JSON.
 * Usage: node --import tsx matrixChild.ts NETWORK SEED…
 */
import { runNetwork } from './matrix.js';

const [network, ...draws] = process.argv.slice(2);
console.log(JSON.stringify(await runNetwork(network, draws.map(Number))));
