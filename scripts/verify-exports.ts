// The exports, read by the tools they are for: numpy, Keras 3, safetensors, onnx and ONNX Runtime.
//   npm run verify-exports [-- --json]
//   npm run verify-exports -- --setup     the tools in an environment of their own

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { HandgradError } from '../src/core/errors.js';
import { look, pythonCommand } from './python/environment.js';
import { needs, setup, VerifyError } from './verify-exports/python.js';
import { summary } from './verify-exports/text.js';
import { verify } from './verify-exports/verify.js';

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      setup: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    },
  });
  if (values.setup) return setup((line) => console.error(line));
  const python = pythonCommand(needs);
  const { complaint } = await look(python, needs);
  if (complaint) throw new VerifyError(complaint);
  const folder = await mkdtemp(join(tmpdir(), 'handgrad-verify-exports-'));
  try {
    const verified = await verify(python, folder);
    console.log(values.json ? JSON.stringify(verified, null, 2) : summary(verified));
    const wrong = verified.findings.filter(({ wrong }) => wrong !== undefined);
    if (wrong.length > 0)
      throw new VerifyError(`${wrong.length} exports are not read as they should be.`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

try {
  await main();
} catch (error) {
  if (!(error instanceof HandgradError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
