/**
 * What a run recorded at some epochs, like tfjs's `History`. On full batches an epoch is an
 * iteration. Each list has a number for each entry of `epoch`.
 */
export interface History {
  readonly epoch: number[];
  readonly history: {
    /** J on the training samples before that epoch, as in the course. */
    readonly cost: number[];
    /** After that epoch, on the validation samples: val_cost, val_accuracy, …. */
    readonly [metric: string]: number[];
  };
}

/** The numbers of one epoch by name, such as cost and val_accuracy. */
export type Logs = Readonly<Record<string, number>>;

/** A history that starts empty, or goes on from another. */
export const newHistory = (before?: History): History => ({
  epoch: [...(before?.epoch ?? [])],
  history: Object.fromEntries(
    Object.entries({ cost: [], ...before?.history }).map(([name, list]) => [name, [...list]]),
  ) as unknown as History['history'],
});

/** Adds numbers of an epoch: to its entry, if it is the last, else as a new one. */
export function record({ epoch, history }: History, at: number, logs: Logs): void {
  if (epoch.at(-1) !== at) epoch.push(at);
  const lists = history as Record<string, number[]>;
  for (const [name, value] of Object.entries(logs)) {
    lists[name] ??= [];
    lists[name][epoch.length - 1] = value;
  }
}

/** What is recorded of an epoch; nothing if it is not the last entry. */
export function logsOf({ epoch, history }: History, at: number): Logs {
  if (epoch.at(-1) !== at) return {};
  const last = epoch.length - 1;
  const known = Object.entries(history).filter(([, list]) => list[last] !== undefined);
  return Object.fromEntries(known.map(([name, list]) => [name, list[last]]));
}

/** What is recorded of every epoch. */
export const logsByEpoch = ({ epoch, history }: History): Record<string, Logs> =>
  Object.fromEntries(
    epoch.map((at, i) => {
      const known = Object.entries(history).filter(([, list]) => Number.isFinite(list[i]));
      return [at, Object.fromEntries(known.map(([name, list]) => [name, list[i]]))];
    }),
  );
