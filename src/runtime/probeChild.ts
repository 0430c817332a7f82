/** Runs as a child process of the doctor: probes the backend that is named, and sends the answer. */
import type { BackendName } from './backends.js';
import { probe } from './probe.js';

process.send!(await probe(process.argv[2] as BackendName), () => process.disconnect());
