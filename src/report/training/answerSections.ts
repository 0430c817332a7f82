import type { InputForm } from '../../data/sampleSet.js';
import { type Block, beside } from '../blocks.js';
import type { Section } from '../page.js';
import { calibrationBlocks } from './calibrationChart.js';
import { confusionBlocks } from './confusionTable.js';
import { type JudgedPart, ofClasses, ofNumbers } from './judged.js';
import { mistakeBlocks } from './mistakeBlocks.js';
import { numberBlocks } from './numberCharts.js';
import { perClassTable } from './scoreTables.js';

/** Up to so many classes, the matrices of all parts stand side by side. */
const fewClasses = 4;

/** What a network answers, and where it is wrong: of the last part, and in short of the others. */
export async function answerSections(
  parts: readonly JudgedPart[],
  input: InputForm,
): Promise<Section[]> {
  const last = parts[parts.length - 1];
  const calibrated = ofClasses(last) ? await calibrationBlocks(last) : [];
  return [
    { id: 'answers', title: 'Answers', blocks: await answers(parts) },
    {
      id: 'mistakes',
      title: ofClasses(last) ? 'Mistakes' : 'Furthest off',
      blocks: mistakeBlocks(last, input),
    },
    ...(calibrated.length > 0
      ? [{ id: 'calibration', title: 'Calibration', blocks: calibrated }]
      : []),
  ];
}

async function answers(parts: readonly JudgedPart[]): Promise<Block[]> {
  const last = parts[parts.length - 1];
  if (ofNumbers(last)) return numberBlocks(last);
  if (!ofClasses(last)) return [];
  const others = parts.slice(0, -1).filter(ofClasses);
  const isSmall = last.judgement.answers.classes.length <= fewClasses;
  const matrices = isSmall ? [...others, last].map((part) => confusionBlocks(part)) : [];
  return [
    ...(isSmall
      ? [beside(...matrices.map(([matrix]) => matrix)), ...matrices.at(-1)!.slice(1)]
      : confusionBlocks(last)),
    perClassTable(last),
  ];
}
