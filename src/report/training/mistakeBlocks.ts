import type { InputForm, SampleSet } from '../../data/sampleSet.js';
import { largestResiduals, type Mistake, worstMistakes } from '../../metrics/mistakes.js';
import { type Block, gallery, note, table } from '../blocks.js';
import { cellOf, columnsOf } from './columns.js';
import { type ClassJudgement, type JudgedPart, type NumberJudgement, ofClasses } from './judged.js';
import { arePictures, pictureUris, samplesAt } from './samplePictures.js';
import { inDigits, percent } from './words.js';

/** How many a page shows. */
const mostPictures = 60;
const mostRows = 20;
const mostColumns = 12;

/** The wrong answers, the most certain first; of numbers the largest residuals. */
export function mistakeBlocks(part: JudgedPart, input: InputForm): Block[] {
  return ofClasses(part)
    ? ofClassesBlocks(part, input)
    : [residualTable(part as JudgedPart<NumberJudgement>, input)];
}

function ofClassesBlocks(part: JudgedPart<ClassJudgement>, input: InputForm): Block[] {
  const { name, set, judgement } = part;
  const mistakes = worstMistakes(judgement.answers);
  if (mistakes.length === 0) return [note(`Every sample of the ${name} set is classified right.`)];
  const most = arePictures(set.shape) ? mostPictures : mostRows;
  const shown = mistakes.slice(0, most);
  const which = shown.length < mistakes.length ? `, the ${most} most certain` : '';
  const title = `Wrong answers, ${name} set: ${mistakes.length} of ${set.m}${which}`;
  return arePictures(set.shape)
    ? [pictureGallery(part, shown, set.shape, title)]
    : [mistakeTable(part, shown, input, title)];
}

function pictureGallery(
  { name, set, judgement }: JudgedPart<ClassJudgement>,
  mistakes: readonly Mistake[],
  shape: readonly [number, number, number],
  title: string,
): Block {
  const { classes } = judgement.answers;
  const uris = pictureUris(samplesAt(set, indicesOf(mistakes)), shape);
  return gallery({
    title,
    alt: `Pictures of the ${name} set with a wrong answer: label, answer and its probability`,
    pictures: mistakes.map(({ index, label, answer, probability, labelProbability }, k) => ({
      uri: uris[k],
      alt: `${set.origin(index)}, a ${classes[label]} that is called ${classes[answer]}`,
      caption: [
        `${classes[label]}, called ${classes[answer]}`,
        `${percent(probability)} sure`,
        ...(classes.length > 2 ? [`label ${percent(labelProbability)}`] : []),
        set.origin(index),
      ],
    })),
  });
}

function mistakeTable(
  { set, judgement }: JudgedPart<ClassJudgement>,
  mistakes: readonly Mistake[],
  input: InputForm,
  caption: string,
): Block {
  const { classes } = judgement.answers;
  const rest = rowsOf(set, indicesOf(mistakes), input);
  return table({
    caption: caption + rest.fewer,
    columns: ['sample', 'label', 'called', 'sure', ...rest.names],
    rows: mistakes.map(({ index, label, answer, probability }, k) => [
      ...[set.origin(index), classes[label], classes[answer], percent(probability)],
      ...rest.rows[k],
    ]),
    numeric: [false, false, false, true, ...rest.numeric],
  });
}

/** The samples whose numbers are furthest off. */
function residualTable(
  { name, set, judgement }: JudgedPart<NumberJudgement>,
  input: InputForm,
): Block {
  const residuals = largestResiduals({ ...judgement.answers, most: mostRows });
  const isOne = judgement.answers.names.length === 1;
  const rest = rowsOf(set, indicesOf(residuals), input);
  return table({
    caption: `The largest residuals, ${name} set: ${residuals.length} of ${set.m}${rest.fewer}`,
    columns: [
      'sample',
      ...(isOne ? [] : ['number']),
      ...['true', 'predicted', 'true - predicted', ...rest.names],
    ],
    rows: residuals.map(({ index, name, target, prediction, residual }, k) => [
      set.origin(index),
      ...(isOne ? [] : [name]),
      ...[target, prediction, residual].map(inDigits),
      ...rest.rows[k],
    ]),
    numeric: [false, ...(isOne ? [] : [false]), true, true, true, ...rest.numeric],
  });
}

const indicesOf = (list: readonly { readonly index: number }[]) => list.map(({ index }) => index);

/** The values of samples that are rows of a table, of many columns the first. */
function rowsOf(set: SampleSet, indices: readonly number[], input: InputForm) {
  const all = columnsOf(input, set.shape) ?? [];
  const columns = all.slice(0, mostColumns);
  const samples = samplesAt(set, indices);
  return {
    names: columns.map(({ name }) => name),
    rows: samples.map((sample) => columns.map((column) => cellOf(column, sample))),
    numeric: columns.map(({ words }) => words === undefined),
    fewer: columns.length < all.length ? ` (${mostColumns} of ${all.length} columns)` : '',
  };
}
