import { expect } from '@jest/globals';
import { look, pythonCommand } from '../../scripts/python/environment.js';
import { needs } from '../../scripts/verify-exports/python.js';
import { verify } from '../../scripts/verify-exports/verify.js';
import * as activations from '../../src/core/activations.js';
import type { Format } from '../../src/export/format.js';
import * as formats from '../../src/export/formats/index.js';
import { needing } from '../support/needs.js';
import { temporaryFolder } from '../support/temporaryFolder.js';

const root = temporaryFolder();
const python = pythonCommand(needs);
const { complaint } = await look(python, needs);

needing('python', complaint === undefined).test(
  'numpy, Keras 3, safetensors, onnx and ONNX Runtime read the exports',
  async () => {
    const { findings, versions } = await verify(python, root);
    expect(findings.filter(({ wrong }) => wrong !== undefined)).toEqual([]);
    const apart = findings.flatMap(({ difference }) => difference ?? []);
    expect(Math.max(...apart)).toBeLessThanOrEqual(1e-5);

    // Every format but tfjs's own is read by Python; three networks of each activation and the cat classifier in each.
    const names = (Object.values(formats) as Format[]).map(({ name }) => name);
    const read = new Set(findings.map(({ format }) => format));
    expect(names.filter((name) => !read.has(name))).toEqual(['tfjs-layers']);
    const tools = new Map<string, number>();
    for (const { format, tool } of findings) {
      tools.set(`${format} ${tool}`, (tools.get(`${format} ${tool}`) ?? 0) + 1);
    }
    expect([...new Set(tools.values())]).toEqual([3 * Object.keys(activations).length + 1]);
    expect(Object.keys(versions)).toEqual(
      expect.arrayContaining(['numpy', 'keras', 'safetensors', 'onnx', 'onnxruntime']),
    );
  },
  120_000,
);
