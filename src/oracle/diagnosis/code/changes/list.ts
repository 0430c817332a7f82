import type { ChangeKind } from '../change.js';
import { accumulate } from './accumulate.js';
import { axes } from './axes.js';
import { constant } from './constant.js';
import { drop } from './drop.js';
import { flags } from './flags.js';
import { instead } from './instead.js';
import { kernel } from './kernel.js';
import { operand } from './operand.js';
import { order } from './order.js';
import { over } from './over.js';
import { replace } from './replace.js';
import { scale } from './scale.js';
import { sum } from './sum.js';
import { term } from './term.js';
import { times } from './times.js';
import { transpose } from './transpose.js';
import { window } from './window.js';

/** Every kind of change. Of two that are equally likely the first in the list is tried first. */
export const changes: readonly ChangeKind[] = [
  scale,
  constant,
  accumulate,
  drop,
  axes,
  kernel,
  flags,
  order,
  window,
  transpose,
  sum,
  replace,
  operand,
  instead,
  times,
  over,
  term,
];
