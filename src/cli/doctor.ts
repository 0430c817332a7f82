import { Command } from 'commander';
import { diagnose } from '../runtime/doctor.js';
import * as options from './options.js';
import { print, printJson, table } from './terminal.js';

export const doctor = new Command('doctor')
  .summary('say which backends work here, and what mends those that do not')
  .addOption(options.jsonOption())
  .action(run);

async function run({ json }: { json?: boolean }): Promise<void> {
  const diagnosis = await diagnose();
  if (json) return printJson(diagnosis);

  const { node, handgrad, backends, missing } = diagnosis;
  const rows = Object.entries(backends).map(([name, probe]) => [
    name,
    probe.works ? 'works' : 'does not work',
    probe.works ? `tfjs ${probe.tfjs}` : '',
    probe.works && probe.tensorflow ? `TensorFlow ${probe.tensorflow}` : '',
  ]);
  const why = Object.values(backends).flatMap((probe) => (probe.works ? [] : [probe.why]));
  const cures = missing.map(({ what, cure }) => `Missing: ${what}. ${cure}`);
  print([`handgrad ${handgrad} on Node ${node}`, '', table(rows), ...why, ...cures].join('\n'));
}
