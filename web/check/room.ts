/*
 * The room in which the code under check runs: a frame without an origin, so that nothing of the page or of
 * its host is the code's, with a policy of its own that lets it load nothing. The build writes it into
 * room.html, script and policy; `rooms.ts` is its other side.
 */

/** Messages of one worker: those of a console, and an answer. */
const most = 100;
const longest = 2_000_000; // letters, as in wire.ts

const policy = (
  self as {
    trustedTypes?: {
      createPolicy(name: string, rules: object): { createScriptURL(url: string): string };
    };
  }
).trustedTypes?.createPolicy('handgrad', { createScriptURL: (url: string) => url });

let script: Blob;
const workers = new Map<number, Worker>();

/** A frame without an origin starts no modules, but scripts; in a function, so that no name of its is the code's. */
const scriptOf = (module: string) =>
  new Blob(['"use strict";(() => {', module, '\n})()'], { type: 'text/javascript' });

/** Tells the page what a worker says; nothing of it is looked at here but how much it is. */
function start(id: number): void {
  const url = URL.createObjectURL(script);
  const worker = new Worker(policy?.createScriptURL(url) ?? url);
  let heard = 0;
  worker.onmessage = ({ data }) => {
    const isText = typeof data === 'string' && data.length <= longest;
    if (!isText || ++heard > most) worker.terminate();
    parent.postMessage({ id, said: isText && heard <= most ? data : '' }, '*');
  };
  worker.onerror = (event) => {
    event.preventDefault();
    parent.postMessage({ id }, '*');
  };
  workers.set(id, worker);
}

// Opened by itself it would have the origin of its host, and take code from whoever opened it.
if (self.origin === 'null' && parent !== self) {
  addEventListener('message', ({ source, data }) => {
    if (source !== parent) return;
    const { id, code, end } = data;
    if (data.script !== undefined) script = scriptOf(data.script);
    else if (end) {
      workers.get(id)?.terminate();
      workers.delete(id);
    } else if (code === undefined) start(id);
    else workers.get(id)?.postMessage(code);
  });
}
