import { diagnose } from '../runtime/doctor.js';
import type { DoctorOptions } from './commands/doctor.js';
import { withVerdicts } from './style.js';
import { print, printJson, table } from './terminal.js';

/** `handgrad doctor`. */
export async function run({ json }: DoctorOptions): Promise<void> {
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
  print(
    withVerdicts(
      [
        `handgrad ${handgrad} on Node ${node}`,
        '',
        table(rows, { hasHead: false }),
        ...why,
        ...cures,
      ].join('\n'),
    ),
  );
}
