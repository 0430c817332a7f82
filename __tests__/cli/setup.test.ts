import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { programs, projectWhereTfjsNodeIs, removeTemporaryFolders } from '../runtime/fixture.js';
import { temporaryFolder } from '../support/temporaryFolder.js';
import { handgrad, oneLine, root } from './handgrad.js';

afterAll(removeTemporaryFolders);

const cache = temporaryFolder();

test('where python3 and g++ are missing: exit 1, and one line that names what is missing', async () => {
  const project = projectWhereTfjsNodeIs('unbuilt');
  cpSync(join(root, 'src'), join(project, 'src'), { recursive: true });
  const env = { PATH: programs({}), XDG_CACHE_HOME: cache };
  expect(oneLine(await handgrad(['setup'], { project, cwd: project, env }))).toMatch(/python3/);
});
