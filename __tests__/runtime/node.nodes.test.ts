import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { nodeOf, nodesAreThere, nodeVersions } from '../../scripts/nodes/nodes.js';
import { handgrad, root } from '../cli/handgrad.js';
import { tinyPictures, writeTinySet } from '../cli/tinySet.js';
import { png } from '../data/pictureFixtures.js';
import { workingBackends } from '../support/backends.js';
import { needing } from '../support/needs.js';
import { temporaryFolder } from '../support/temporaryFolder.js';

const folder = temporaryFolder();
const picture = join(folder, 'picture.png');
const grey = Array.from({ length: 8 }, () => Array.from({ length: 24 }, (_, i) => 10 * i));
const wrong = join(root, 'examples', 'check', 'tanh-from-z.mjs');
const backends = workingBackends.filter((name) => ['native', 'wasm'].includes(name));

/** What people do with handgrad, on one Node, as JSON. A warning on stderr would be one of Node's own. */
async function use(node: string) {
  const on = async (...args: string[]) => {
    const { code, stdout, stderr } = await handgrad([...args, '--json'], { node });
    expect(stderr).not.toMatch(/\(node:\d+\)|deprecat/i);
    return { code, said: JSON.parse(stdout) };
  };
  const doctor = await on('doctor');
  const trained: unknown[] = [];
  const modelOf = (backend: string) => join(folder, `${backend}-${doctor.said.node}`);
  for (const backend of backends) {
    const task = ['--data', folder, '--layers', '5', '--iterations', '20'];
    const { code, said } = await on(
      'train',
      '--backend',
      backend,
      ...task,
      '--save',
      modelOf(backend),
    );
    trained.push({ code, backend, costs: said.costs, check: said.gradientCheck });
  }
  const predicted = await on('predict', '--model', modelOf(backends[0]), picture);
  const { code, said } = await on('check', wrong);
  const { passed, parameters, causes } = said;
  return {
    doctor: doctor.said,
    trained,
    predicted: {
      ...predicted,
      said: [predicted.said].flat().map(({ probability }) => probability),
    },
    checked: { code, passed, parameters, causes },
  };
}

let here: Awaited<ReturnType<typeof use>>;
const { describe: withNodes } = needing('nodes', nodesAreThere());
withNodes('handgrad on a newer Node', () => {
  beforeAll(async () => {
    await writeTinySet(folder, { train: tinyPictures(12), test: tinyPictures(4) });
    writeFileSync(picture, png({ width: 8, height: 8, depth: 8, colourType: 2, rows: grey }));
    here = await use(process.execPath);
  }, 120_000);

  test('the one that the tests run on: it trains, it checks', () => {
    expect(here.trained).toHaveLength(backends.length);
    expect(here).toMatchObject({
      predicted: { code: 0, said: [expect.any(Number)] },
      checked: { code: 1, passed: false },
    });
  });

  describe.each(nodeVersions)('%s', (version) => {
    test('does the same, to the last digit', async () => {
      const { doctor, ...there } = await use(nodeOf(version));
      expect(doctor.node).toBe(version);
      expect(doctor.backends).toEqual(here.doctor.backends);
      const { trained, predicted, checked } = here;
      expect(there).toEqual({ trained, predicted, checked });
    }, 120_000);
  });
});
