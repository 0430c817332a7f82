import type { Operation } from '../../recording.js';
import type { Expression, Spot } from '../../source.js';
import type { Dialect } from './dialect.js';
import { argumentAt, nameOf } from './names.js';
import type { Group } from './scene.js';
import type { Stage } from './stage.js';
import { short } from './text.js';

/** Where an edit is made: the call, or for what runs no operation the name. */
export interface Site {
  readonly stage: Stage;
  readonly dialect: Dialect;
  readonly group: Group;
  /** Its first occurrence. */
  readonly operation: Operation;
  readonly expression?: Expression;
  /** What is to be written differently; undefined where that is not in one place. */
  readonly spot?: Spot;
  /** dz1, or `tf.sum(dxhat, 1)` in dx */
  readonly subject: string;
  /** What the line assigns to. */
  readonly place?: string;
  /** The call as it is written. */
  readonly call: string;
  /** Whether it is the use of a value or its return, which run no operation. */
  readonly isUse: boolean;
}

export function siteOf(stage: Stage, group: Group, part: boolean, dialect: Dialect): Site {
  const operation = stage.scene.backward[group.at[0]];
  const where = operation.attrs.place;
  const base = { stage, dialect, group, operation };
  if (typeof where !== 'string') return { ...base, ...callSite(stage, group, part) };
  const use = where.startsWith('return ')
    ? returnSite(stage, operation, where.slice('return '.length))
    : useSite(stage, operation);
  return { ...base, ...use, isUse: true };
}

function callSite(stage: Stage, group: Group, part: boolean) {
  const operation = stage.scene.backward[group.at[0]];
  // The innermost call is what runs; what it is assigned to may stand further out.
  const expressions = operation.calls.flatMap((place) => stage.lookup(place) ?? []);
  const [expression] = expressions;
  const target = expressions.find((one) => one.target)?.target;
  const within = expressions.find((one) => one.within)?.within;
  const call = expression?.text ?? operation.kernel;
  const quoted = `\`${short(call)}\``;
  const place = target ?? within;
  const at = part ? stage.groupOf(group.key, true)!.at : group.at;
  const isSpot = expression && !expression.isLine && isAlone(stage, operation, at);
  return {
    subject: target ?? (within ? `${quoted} in ${within}` : quoted),
    call,
    isUse: false,
    ...(expression && { expression }),
    ...(isSpot && { spot: expression }),
    ...(place && { place }),
  };
}

const placeOf = ({ calls }: Operation) => JSON.stringify(calls[0]);

/** Whether a call runs for nothing else, as a helper does that both passes call, and gives what the operation gives. */
function isAlone({ scene, reach }: Stage, operation: Operation, at: readonly number[]): boolean {
  const { forward, backward } = scene;
  const own = placeOf(operation);
  const chain = JSON.stringify(operation.calls);
  const isOurs = (other: Operation) => JSON.stringify(other.calls) === chain;
  return (
    forward.every((other) => placeOf(other) !== own) &&
    backward.every(
      (other, i) =>
        placeOf(other) !== own ||
        at.includes(i) ||
        reach[i].size === 0 ||
        (isOurs(other) && other.kernel !== operation.kernel),
    ) &&
    at.every((i) => {
      const next = backward[i + 1];
      return !next || !isOurs(next) || next.kernel === operation.kernel;
    })
  );
}

function returnSite(stage: Stage, { inputs }: Operation, returned: string) {
  const last = stage.scene.backward.findLast(({ calls }) => calls.length > 0);
  const expressions = (last?.calls ?? []).flatMap((place) => stage.lookup(place) ?? []);
  const expression = expressions.findLast(({ returns }) => returns?.has(returned));
  const spot = expression?.returns?.get(returned);
  const call = spot?.text ?? nameOf(stage, inputs.x) ?? 'it';
  const isOurs = expression && spot;
  return { subject: returned, place: returned, call, ...(isOurs && { expression, spot }) };
}

function useSite(stage: Stage, operation: Operation) {
  const copy = operation.outputs[0];
  const users = stage.scene.backward.filter(({ inputs }) => Object.values(inputs).includes(copy));
  const [user] = users;
  const expression = user?.calls[0] && stage.lookup(user.calls[0]);
  const position = user ? Object.values(user.inputs).indexOf(copy) : -1;
  const written = user && argumentAt(stage, user, position);
  const call = written ?? nameOf(stage, operation.inputs.x) ?? 'it';
  const within = expression?.target ?? expression?.within;
  const spot =
    expression && written && users.length === 1 && isSingle(stage, user)
      ? argumentSpot(expression, written)
      : undefined;
  return {
    subject: within ? `\`${short(call)}\` in ${within}` : `\`${short(call)}\``,
    call,
    ...(within && { place: within }),
    ...(expression && { expression }),
    ...(spot && { spot }),
  };
}

const isSingle = ({ scene }: Stage, user: Operation) =>
  [...scene.forward, ...scene.backward].filter((one) => placeOf(one) === placeOf(user)).length ===
  1;

/** Where an argument stands, if it stands in the call once. */
function argumentSpot(expression: Expression, argument: string): Spot | undefined {
  const parts = expression.text.split(argument);
  const isWord = /^[\w$]+$/.test(argument);
  const times = isWord
    ? expression.text.split(new RegExp(`(?<![\\w$.])${argument.replaceAll('$', '\\$')}(?![\\w$])`))
    : parts;
  if (times.length !== 2 || expression.isLine) return undefined;
  const [before, after] = times;
  return {
    line: expression.line,
    last: expression.last,
    before: expression.before + before,
    text: argument,
    after: after + expression.after,
  };
}
