import { cpSync, existsSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { temporaryFolder } from '../support/temporaryFolder.js';
import { handgrad, oneLine, root, stackLines } from './handgrad.js';
import { tinyPictures, writeTinySet } from './tinySet.js';

const here = temporaryFolder();
const wrongName = join(root, 'models', 'cat');

/*
 * 12 pictures of 2 x 2 x 3 bytes, and two layers of 12 units: every matrix but those of the output
 * is square, so that a product without its transpose has the right shape and wrong numbers.
 */
beforeAll(() => writeTinySet(here, { train: tinyPictures(12, 2), test: tinyPictures(2, 2) }));
const own = ['check', '--data', here, '--backend', 'cpu', '--activation', 'tanh'];
const square = [...own, '--layers', '12,12'];

describe('a backward pass that is right', () => {
  test.concurrent('exit 0, a line for each parameter', async () => {
    const { code, stdout, stderr } = await handgrad(square);
    expect(code).toBe(0);
    for (const name of ['dW1', 'db1', 'dW2', 'db2', 'dW3', 'db3']) {
      expect(stdout + stderr).toMatch(new RegExp(`^ *${name} .*\\de-\\d+`, 'm'));
    }
  });

  test.concurrent('--json prints one value on stdout', async () => {
    const { code, stdout, stderr } = await handgrad([...own, '--layers', '3', '--json']);
    expect(code).toBe(0);
    const { passed, parameters } = JSON.parse(stdout);
    expect(passed).toBe(true);
    expect(parameters).toEqual(
      ['dW1', 'db1', 'dW2', 'db2'].map((name) =>
        expect.objectContaining({
          name,
          maxAbsoluteError: expect.any(Number),
          maxRelativeError: expect.any(Number),
        }),
      ),
    );
    expect(stderr).toMatch(/^Data: tiny, from /);
  });
});

describe('--model', () => {
  const model = join(here, 'model');

  test('checks the parameters of a model', async () => {
    const few = ['--layers', '3', '--iterations', '2', '--save', model, '--no-check'];
    await handgrad(['train', '--data', here, '--backend', 'cpu', ...few]);
    const check = ['check', '--data', here, '--backend', 'cpu', '--model', model, '--json'];
    const { code, stdout } = await handgrad(check);
    expect(code).toBe(0);
    const names = JSON.parse(stdout).parameters.map(({ name }: { name: string }) => name);
    expect(names).toEqual(['dW1', 'db1', 'dW2', 'db2']);
  });

  test('that takes other pictures: exit 1, and both sizes', async () => {
    const ended = await handgrad([...own, '--model', wrongName]);
    expect(ended).toMatchObject({ code: 1, stdout: '' });
    expect(ended.stderr.trimEnd().split('\n').at(-1)).toBe(
      `The model in ${wrongName} takes 12288 numbers a picture, but the pictures have 12. Choose the data it was trained on with --data.`,
    );
    expect(stackLines(ended)).toEqual([]);
  });

  test('and --layers exclude each other: exit 2', async () => {
    const { code } = await handgrad([...own, '--model', model, '--layers', '3']);
    expect(code).toBe(2);
  });

  test('that is not there is missed before any data are looked for', async () => {
    expect(
      oneLine(await handgrad(['check', '--model', join(here, 'no'), '--backend', 'cpu'])),
    ).toMatch(`There is no model folder ${join(here, 'no')}.`);
  });
});

describe('a mistake in linearBackward: exit 1, and the parameters are named', () => {
  const dW = 'timesTransposed(dZPerM, APrev, APrevT)';
  const db = 'tf.sum(dZPerM, 1, true)';
  const dAPrev = 'transposedTimes(W, dZ)';
  const [everyW, everyB] = [
    ['dW1', 'dW2', 'dW3'],
    ['db1', 'db2', 'db3'],
  ];
  const before = ['dW1', 'db1', 'dW2', 'db2'];

  const mistakes: [string, line: string, wrong: string, names: string[]][] = [
    ['no 1/m in dW', dW, 'timesTransposed(dZ, APrev)', everyW],
    ['a flipped sign in dW', dW, `tf.neg(${dW})`, everyW],
    // Flipped twice on its way to layer 1, the sign is right again there.
    ['a flipped sign in dA_prev', dAPrev, `tf.neg(${dAPrev})`, ['dW2', 'db2']],
    ['db without the sum', db, 'dZPerM', everyB],
    ['dW times 1.001', dW, `tf.mul(1.001, ${dW})`, everyW],
    ['dA_prev times 1.001', dAPrev, `tf.mul(1.001, ${dAPrev})`, before],
  ];

  // A checkout with its own src and the packages of this one, one for all mistakes: what tsx has made
  // of a file it knows again by its path.
  const project = join(here, 'project');
  const file = join('src', 'core', 'linear.ts');
  const right = readFileSync(join(root, file), 'utf8');
  beforeAll(() => {
    cpSync(join(root, 'src'), join(project, 'src'), { recursive: true });
    cpSync(join(root, 'package.json'), join(project, 'package.json'));
    symlinkSync(join(root, 'node_modules'), join(project, 'node_modules'));
  });

  function plant(line: string, wrong: string): void {
    expect(right.split(line)).toHaveLength(2); // it stands there, once
    writeFileSync(join(project, file), right.replace(line, wrong));
  }

  const named = (stderr: string) => {
    const last = stderr.trimEnd().split('\n').at(-1) ?? '';
    return [...last.matchAll(/\bd[Wb]\d\b/g)].map(([name]) => name).sort();
  };

  test.each(mistakes)('%s', async (_, line, wrong, names) => {
    plant(line, wrong);
    const ended = await handgrad(square, { project });
    expect(ended.code).toBe(1);
    expect(named(ended.stderr)).toEqual([...names].sort());
    expect(stackLines(ended)).toEqual([]);
  });

  test('no transpose in dW, where the shapes fit', async () => {
    plant(dW, 'tf.matMul(dZPerM, APrev)');
    const ended = await handgrad(square, { project });
    expect(ended.code).toBe(1);
    expect(named(ended.stderr)).toEqual(everyW);
  });

  test.each([
    ['dW', dW, 'tf.matMul(dZPerM, APrev)'],
    ['dA_prev', dAPrev, 'tf.matMul(W, dZ)'],
  ])(
    'no transpose in %s, where the shapes do not fit: the layer is named',
    async (_, line, wrong) => {
      plant(line, wrong);
      const ended = await handgrad([...own, '--layers', '3'], { project });
      expect(ended.code).toBe(1);
      expect(ended.stderr.trimEnd().split('\n').at(-1)).toMatch(/\b(dW2|dA1|layer 2)\b/);
      expect(stackLines(ended)).toEqual([]);
    },
  );

  test('train stops before it has begun, and saves nothing', async () => {
    plant(dW, `tf.mul(1.001, ${dW})`);
    const ended = await handgrad(
      ['train', '--data', here, '--backend', 'cpu', '--layers', '3', '--activation', 'tanh'],
      { project, cwd: project },
    );
    expect(ended).toMatchObject({ code: 1, stdout: '' });
    expect(named(ended.stderr)).toEqual(['dW1', 'dW2']);
    expect(ended.stderr).not.toMatch(/^Cost after/m);
    expect(existsSync(join(project, 'models'))).toBe(false);
  });
});
