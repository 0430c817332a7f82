import { AbortError, HandgradError } from '../core/errors.js';
import { HandedStore } from './handed.js';
import { type AnyKind, throughJson } from './kind.js';
import { type Order, orderFrom, type Report, shortened } from './messages.js';
import type { Store } from './store.js';

/**
 * The life of a child process that does jobs: one after the other, as its parent says, until that is gone.
 * Signals are the parent's to answer: a Ctrl-C at a terminal reaches both.
 */
export function serve(kinds: ReadonlyMap<string, AnyKind>, store: Store): void {
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => {});
  const running = new Map<number, AbortController>();
  process.on('disconnect', () => process.exit());
  process.on('message', async (message) => {
    const order = orderFrom(message);
    if ('stop' in order) {
      running.get(order.stop)?.abort();
      return;
    }
    const controller = new AbortController();
    running.set(order.id, controller);
    say(await answerTo(order, kinds, { store, signal: controller.signal }));
    running.delete(order.id);
  });
  say({ ready: true });
}

const say = (report: Report) => void process.send?.(report);

async function answerTo(
  { id, kind: name, task, given }: Exclude<Order, { stop: number }>,
  kinds: ReadonlyMap<string, AnyKind>,
  around: { store: Store; signal: AbortSignal },
): Promise<Report> {
  try {
    const kind = kinds.get(name);
    if (!kind) return { id, failed: `There are no jobs called ${name} here.`, isFinal: true };
    const progress = (value: unknown) => say({ id, progress: throughJson(value) });
    if (!given) {
      const done = await kind.run(kind.assertTask(task), { ...around, progress });
      return { id, done: throughJson(done) };
    }
    const store = new HandedStore(given, around.store);
    const done = await kind.run(kind.assertTask(task), { ...around, store, progress });
    return { id, done: throughJson(done), made: store.made };
  } catch (error) {
    if (error instanceof AbortError) return { id, stopped: true };
    const { message } = error as Error;
    return { id, failed: shortened(message), isFinal: error instanceof HandgradError };
  }
}
