import { card } from '../blocks.js';
import { page } from '../page.js';
import { answerSections } from './answerSections.js';
import { dataBlocks, type ShownData } from './dataBlocks.js';
import { doubtsOf } from './doubts.js';
import { headlineOf, warningsOf } from './headline.js';
import type { JudgedPart } from './judged.js';
import { scoreBlocks } from './scoreTables.js';

/** A model and what it says of data that it is tested on. */
export interface EvaluationPage {
  readonly title: string;
  /** What speaks against the model or the test but its scores, in sentences. */
  readonly warnings: readonly string[];
  /** What else is said above: the model, when it was trained. */
  readonly facts: readonly (readonly [name: string, value: string | number])[];
  readonly part: JudgedPart;
  readonly data: ShownData;
}

/** A page about a test: how good the answers are, which are wrong, and what they are about. */
export async function evaluationPage(test: EvaluationPage): Promise<string> {
  const { title, warnings, facts, part, data } = test;
  return page({
    title,
    intro: [
      ...warningsOf([...warnings, ...doubtsOf(part)]),
      card({ title: 'This test', entries: [headlineOf(part), ...facts] }),
    ],
    sections: [
      { id: 'scores', title: 'Scores', blocks: scoreBlocks([part]) },
      ...(await answerSections([part], data.input)),
      { id: 'data', title: 'Data', blocks: dataBlocks([part], data) },
    ],
  });
}
