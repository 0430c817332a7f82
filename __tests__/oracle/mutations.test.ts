import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from '@jest/globals';

/*
 * The checker checked: in a copy of the project one of its verdicts is turned round, or a tolerance
 * loosened, and a question of mutationProbe.ts is asked again. It must be answered wrongly, or the
 * mistake could slip into the checker itself.
 */

const root = fileURLToPath(new URL('../..', import.meta.url));
// Inside node_modules the copy finds the packages, and git does not see it.
const cache = join(root, 'node_modules', '.cache');
mkdirSync(cache, { recursive: true });
const folder = mkdtempSync(join(cache, 'handgrad-mutations-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

type Answers = Record<string, boolean>;

/** A copy of what a probe needs. What tsx has made of a file it knows again by its path. */
function copyOf(name: string): string {
  const copy = join(folder, name);
  cpSync(join(root, 'src'), join(copy, 'src'), { recursive: true });
  const tests = ['mutationProbe.ts', 'diagnosis/networks.ts'];
  for (const path of tests)
    cpSync(join(root, '__tests__/oracle', path), join(copy, '__tests__/oracle', path));
  writeFileSync(join(copy, 'package.json'), '{ "type": "module" }');
  return copy;
}

/** Puts `to` in the place of `from` in one file of a copy, until it is mended. */
function mutate(copy: string, file: string, from: string, to: string): { mend(): void } {
  const path = join(copy, 'src', file);
  const text = readFileSync(path, 'utf8');
  // The text to be replaced stands there once: or nothing is planted at all.
  expect(text.split(from)).toHaveLength(2);
  writeFileSync(
    path,
    text.replace(from, () => to),
  );
  return { mend: () => writeFileSync(path, text) };
}

/** What a copy answers to some questions, or to all. */
async function ask(copy: string, questions: readonly string[] = []) {
  const probe = join(copy, '__tests__/oracle/mutationProbe.ts');
  const { stdout } = await promisify(execFile)(process.execPath, [
    '--import',
    'tsx',
    probe,
    ...questions,
  ]);
  return JSON.parse(stdout) as Answers;
}

const wrongOnes = (answers: Answers) =>
  Object.entries(answers).flatMap(([question, right]) => (right ? [] : [question]));

/** What is changed, where, from what to what, and a question that must be answered wrongly then. */
// biome-ignore format: a table
const mutations: [name: string, file: string, from: string, to: string, question: string][] = [
  ['passed is always true', 'oracle/compare.ts', 'const passed = wrong === 0;', 'const passed = true;',
    'in float32 what is wrong fails'],
  ['passed is turned round', 'oracle/compare.ts', 'const passed = wrong === 0;', 'const passed = wrong > 0;',
    'what is right passes'],
  ['NaN is not counted as wrong', 'oracle/compare.ts', 'if (!(errors[i] <= tolerance.relative)) wrong++;', 'if (errors[i] > tolerance.relative) wrong++;',
    'a NaN is wrong, and it alone'],
  ['NaN is not the worst', 'oracle/compare.ts', 'a > b || (Number.isNaN(a) && !Number.isNaN(b))', 'a > b',
    'a NaN is wrong, and it alone'],
  ['a missing gradient is no problem', 'oracle/compare.ts', 'if (problem) return unmeasured(name, shape, problem);', 'if (problem) return { ...unmeasured(name, shape, problem), passed: true };',
    'a gradient that is missing fails'],
  ['shapes are not compared', 'oracle/compare.ts', 'if (String(hand.shape) !== String(shape)) {', 'if (hand.size !== oracle.size) {',
    'a gradient of another shape fails'],
  ['1e-7 is loosened to 1e-4', 'oracle/compare.ts', '{ relative: 1e-7, floor: 0, share: 1e-3 }', '{ relative: 1e-4, floor: 0, share: 1e-3 }',
    'a millionth off fails'],
  ['the floor is raised to 1', 'oracle/compare.ts', '{ relative: 1e-7, floor: 0, share: 1e-3 }', '{ relative: 1e-7, floor: 1, share: 1e-3 }',
    'a small gradient is measured by itself'],
  ['there is a floor of 1e-3', 'oracle/compare.ts', '{ relative: 1e-7, floor: 0, share: 1e-3 }', '{ relative: 1e-7, floor: 1e-3, share: 1e-3 }',
    'a tiny gradient is measured by itself'],
  ['the report passes whatever the parameters', 'oracle/checkGradients.ts', 'passed: judged.parameters.every(({ passed }) => passed),', 'passed: judged.parameters.some(({ passed }) => passed),',
    'a gradient that is missing fails'],
  ['by hand against the differences is ignored', 'oracle/judge.ts', 'parameter.passed && agrees(comparisons.handToDifferences)', 'parameter.passed',
    'by hand against the differences'],
  ['autodiff against the differences is ignored', 'oracle/judge.ts', 'if (autodiffHolds) {', 'if (true) {',
    'autodiff against the differences'],
  ['by hand against autodiff is ignored', 'oracle/judge.ts', 'parameter.passed && agrees(comparisons.handToDifferences)', 'agrees(comparisons.handToDifferences)',
    'a gradient that is missing fails'],
  ['a fault in the forward pass is not named', 'oracle/judge.ts', 'if (isAutodiffs || !hand[name]) forwardFaults.add(name);', '',
    'a fault in the forward pass is called one'],
  ['two costs are one', 'oracle/gather.ts', 'if (Object.is(first, second)) return;', 'return;',
    'two costs for one input are refused'],
  ['inputs may be freed', 'oracle/run.ts', 'if (tensor.isDisposed) {', 'if (!tensor) {',
    'an input that is freed is refused'],
  ['the tensors of the tape are kept for good', 'oracle/checkGradients.ts', 'for (const dispose of kept) dispose();', '',
    'memory is flat'],
  ['kinks are not looked for', 'oracle/differences.ts', 'if (!oneBranch) return undefined;', '',
    'a kink is skipped, and accuses nobody'],
  ['branches are not noted', 'float64/branches.ts', 'branching[kernelName]?.(inputs, output, attrs);', '{}',
    'a kink is skipped, and accuses nobody'],
  ['what is skipped is not counted', 'oracle/differences.ts', 'skipped++;', '{}',
    'a kink is skipped, and accuses nobody'],
  ['no direction is taken', 'oracle/differences.ts', 'if (size > samples) takeDirections(', 'if (false) takeDirections(',
    'of a large parameter a direction is taken'],
  ['the four points are two', 'oracle/differences.ts', '(8 * (near.result - nearBack.result) - (far.result - farBack.result)) / (12 * h)', '(far.result - farBack.result) / (4 * h)',
    'what is right passes with one step alone'],
  ['each sample is left out', 'oracle/differences.ts', 'take(parameter, elements[i]);', '{}',
    'every element is counted'],
  ['what differs by a third is the same', 'oracle/diagnosis/near.ts', 'export const rounding = 1e-9;', 'export const rounding = 0.34;',
    'what is unknown is called so'],
  ['right forms are taken for wrong ones', 'oracle/diagnosis/dense/explain.ts', 'if (fits(form)) return [path];', '',
    'the first wrong step is named'],
  ['what inherits an error is said to be wrong', 'oracle/diagnosis/diagnose.ts', "differs ? 'inherits' : 'right'", "differs ? 'wrong' : 'right'",
    'the first wrong step is named'],
  ['a number that fits once is enough', 'oracle/diagnosis/diagnose.ts', 'if (!there || !isSame(signature, there, false)) return { holds: false };', '',
    'a single number is not any multiple'],
  ['no convention is tried at a tie', 'oracle/verdicts.ts', 'if (passes(now) > passes(best)) best', 'if (false) best',
    'a tie accuses nobody'],
  ['a change in place changes no tensor', 'float64/loans.ts', "if (reads === 'live') entry.values = given;", '',
    'what is updated in place before its use is wrong'],
  ['what was lent is not taken back', 'oracle/inPlace.ts', 'if (input !== undefined) (tf.backend() as Float64Backend).takeBack(loan);', '',
    'what is updated in place after its use is right'],
  ['dX is not looked at', 'oracle/gather.ts', "'dX' in hand && ", 'false && ',
    'a wrong dX fails'],
  ['a correction is not verified', 'oracle/diagnosis/diagnose.ts', '...(verified && {', '...(!verified && {',
    'the correction is verified'],
];

let unchanged: Answers;
const answers = new Map<string, Answers>();
beforeAll(async () => {
  const waiting = [...mutations];
  const work = async (copy: string) => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const [name, file, from, to, question] = next;
      const { mend } = mutate(copy, file, from, to);
      answers.set(name, await ask(copy, [question]));
      mend();
    }
  };
  const [one, other] = [copyOf('one'), copyOf('other')];
  unchanged = await ask(one);
  await Promise.all([work(one), work(other)]);
}, 300_000);

test('the checker answers every question rightly', () => {
  expect(Object.keys(unchanged).length).toBeGreaterThan(20);
  expect(wrongOnes(unchanged)).toEqual([]);
});

test.each(mutations)('caught: %s', (name, _file, _from, _to, question) => {
  expect(unchanged[question]).toBe(true);
  expect(answers.get(name)).toEqual({ [question]: false });
});
