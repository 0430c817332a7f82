import { optional, record, text, whole } from '../../src/core/schema.js';
import { element } from '../shared/dom.js';
import type { WorkerLike } from './checker.js';
import { longest } from './wire.js';

/** What the room says: which worker said what, or that it failed. */
const message = record<{ readonly id: number; readonly said?: string }>({
  id: whole(0, Number.MAX_SAFE_INTEGER),
  said: optional(text(longest)),
});

/** Opens the room of `room.ts` in the page; what it gives starts a worker of that script in there. */
export async function openRoom(script: string): Promise<() => WorkerLike> {
  const frame = element('iframe', {
    src: './room.html',
    sandbox: 'allow-scripts',
    title: 'Where the code runs',
    hidden: '',
  });
  const workers = new Map<number, WorkerLike>();
  const send = (said: object) => frame.contentWindow?.postMessage(said, '*');
  window.addEventListener('message', ({ source, data }) => {
    if (source !== frame.contentWindow) return;
    const { id, said } = message(data, 'The message');
    const worker = workers.get(id);
    if (said === undefined) worker?.onerror?.(new ErrorEvent('error'));
    else worker?.onmessage?.(new MessageEvent('message', { data: said }));
  });
  await new Promise((loaded) => {
    frame.addEventListener('load', loaded, { once: true });
    document.body.append(frame);
  });
  send({ script });
  let next = 0;
  return () => {
    const id = next++;
    const worker: WorkerLike = {
      onmessage: null,
      onerror: null,
      postMessage: (code) => send({ id, code }),
      terminate: () => {
        workers.delete(id);
        send({ id, end: true });
      },
    };
    workers.set(id, worker);
    send({ id });
    return worker;
  };
}
