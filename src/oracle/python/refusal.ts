import { CheckError } from '../../core/errors.js';
import type { PointAnswer, Refusal } from './answers.js';

/** @throws CheckError in the words of the child. */
export function assertAnswer<T>(answer: unknown, path: string): T {
  const { error } = answer as Partial<Refusal>;
  if (!error) return answer as T;
  const { message, file, line } = error;
  const where = file !== undefined && line !== undefined ? ` (${placeIn(file, line)})` : '';
  throw new CheckError(
    `${nameIn(path)}: ${message}${where}${where ? '' : /[.…]$/.test(message) ? '' : '.'}`,
  );
}

/** The last part of a path. */
const nameIn = (path: string) => path.split(/[/\\]/).at(-1);

/** model.py:12, and of a notebook: model.ipynb cell 3, line 12 */
const placeIn = (file: string, line: number) =>
  / cell \d+$/.test(file) ? `${file}, line ${line}` : `${file}:${line}`;

export const notFinite = ({ forward, kind }: PointAnswer, path: string) =>
  new CheckError(
    `${nameIn(path)}: ${kind === 'layer' ? `${forward} gives numbers that are not finite` : 'the cost is not finite'} at the point of the check. Give inputs = {…} for which ${kind === 'layer' ? 'they are' : 'it is'}.`,
  );
