import { type Block, card, note } from '../blocks.js';
import { page, type Section } from '../page.js';
import { answerSections } from './answerSections.js';
import { curveBlocks, type History } from './curves.js';
import { dataBlocks, type ShownData } from './dataBlocks.js';
import { doubtsOf } from './doubts.js';
import { headlineOf, warningsOf } from './headline.js';
import type { JudgedPart } from './judged.js';
import { scoreBlocks } from './scoreTables.js';

/** What a training run leaves behind. */
export interface TrainingPage {
  readonly title: string;
  /** What stopped the run, in a sentence. */
  readonly stopped?: string;
  /** What speaks against the model but its scores, in sentences. */
  readonly warnings: readonly string[];
  /** What else is said above: how long it took, where the model is. */
  readonly facts: readonly (readonly [name: string, value: string | number])[];
  readonly history: History;
  /** Training, validation, test: what there is, in this order. The last one decides. */
  readonly parts: readonly JudgedPart[];
  readonly data: ShownData;
  readonly gradients: readonly Block[];
  /** Sections behind those, such as what the first layer looks at. */
  readonly more?: readonly Section[];
  readonly card: readonly Block[];
}

/**
 * A page about a training run: how it went, what the network gets wrong, and what it was trained on.
 *
 * @throws ValueError without parts.
 */
export async function trainingPage(run: TrainingPage): Promise<string> {
  const { title, stopped, warnings, facts, history, parts, data, gradients, more = [] } = run;
  return page({
    title,
    intro: [
      ...warningsOf([...(stopped === undefined ? [] : [stopped]), ...warnings]),
      ...warningsOf(parts.slice(-1).flatMap(doubtsOf)),
      card({ title: 'This run', entries: [...parts.map(headlineOf), ...facts] }),
    ],
    sections: [
      { id: 'curves', title: 'Training', blocks: await curveBlocks(history) },
      { id: 'scores', title: 'Scores', blocks: scoreBlocks(parts) },
      ...(await answerSections(parts, data.input)),
      { id: 'data', title: 'Data', blocks: dataBlocks(parts, data) },
      {
        id: 'gradients',
        title: 'Gradients',
        blocks: gradients.length > 0 ? gradients : [unchecked],
      },
      ...more,
      { id: 'card', title: 'Card', blocks: run.card },
    ],
  });
}

const unchecked = note('They were not checked.');
