import { either, oneOf, optional, record, text, whole } from '../../src/core/schema.js';
import { longest, reportSchema, sentence, written } from '../../src/oracle/report/wire.js';
import type { GradientReport } from '../../src/oracle/report.js';
import { type Answer, type Printed, type Problem, ready } from './answer.js';

/*
 * What a worker says, as one text of JSON. The code under check is in the worker: it may say anything in
 * our place, and what it says is read field by field.
 */

export type Said = Answer | Printed | typeof ready;

/** The room ends a worker that sends more letters. */
export { longest };

export const write = (said: Said): string => written(said);

/** @throws ValueError where it is nothing that a worker of ours says. */
export function read(message: string): Said {
  return said(JSON.parse(message), 'The message');
}

const problem = record<Problem>({
  sentence,
  line: optional(whole(1, 1_000_000)),
  unread: optional(oneOf(true, false)),
});

const said = either<typeof ready, Exclude<Said, typeof ready>>(
  oneOf(ready),
  either<Printed, Answer>(
    record<Printed>({ printed: text(2000) }),
    either(
      record<{ readonly problem: Problem }>({ problem }),
      record<{ readonly report: GradientReport }>({ report: reportSchema }),
    ),
  ),
);
