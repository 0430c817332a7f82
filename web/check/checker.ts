import { type Answer, ready } from './answer.js';
import { most } from './printed.js';
import { read, type Said } from './wire.js';

/** What a checker needs of a `Worker`. */
export interface WorkerLike {
  onmessage: ((event: MessageEvent) => void) | null;
  onerror: ((event: ErrorEvent) => void) | null;
  postMessage(message: string): void;
  terminate(): void;
}

export interface Checker {
  /** Checks this code, and nothing that was asked for before. */
  check(code: string): void;
}

/** What a worker says, whatever the code there made of it. */
function heard(data: unknown): Said {
  try {
    return read(String(data));
  } catch (error) {
    return {
      problem: {
        sentence: `The code changes what the check answers: ${(error as Error).message} Leave Array, Object and JSON as they are.`,
      },
    };
  }
}

interface CheckerOptions {
  readonly seconds?: number;
  /** Told what the code prints. */
  readonly hear?: (text: string) => void;
}

const cannotStart =
  'The check cannot start: this browser does not run it. Reload the page, or open it in a current browser.';

/**
 * Each check has a worker of its own, which is ended after `seconds`: code can neither hold up the page
 * nor leave anything behind for the next check. A worker takes a while to start, so one stands ready.
 */
export function startChecker(
  newWorker: () => WorkerLike,
  see: (answer: Answer) => void,
  { seconds = 5, hear = () => {} }: CheckerOptions = {},
): Checker {
  let next = start();
  let end = () => {};

  /** A worker, and when it is ready. */
  function start() {
    const worker = newWorker();
    const started = new Promise<void>((resolve, reject) => {
      worker.onmessage = ({ data }) => {
        if (heard(data) === ready) resolve();
      };
      worker.onerror = (event) => reject(event);
    });
    started.catch(() => {}); // said when it is asked for
    return { worker, started };
  }

  function check(code: string): void {
    end();
    const { worker, started } = next;
    let clock: ReturnType<typeof setTimeout> | undefined;
    let over = false;
    end = () => {
      over = true;
      clearTimeout(clock);
      worker.terminate();
    };
    const finish = (answer: Answer) => {
      if (over) return;
      end();
      see(answer);
    };
    const stop = () =>
      finish({
        problem: { sentence: `Stopped after ${seconds} seconds. Is there an endless loop?` },
      });
    const run = () => {
      if (over) return;
      let printed = 0;
      worker.onmessage = ({ data }) => {
        const said = heard(data);
        if (over || said === ready) return;
        if (!('printed' in said)) finish(said);
        else if (printed++ <= most) hear(said.printed);
      };
      worker.onerror = (event) => event.preventDefault?.(); // what the code throws later is no answer
      clock = setTimeout(stop, seconds * 1000);
      worker.postMessage(code);
    };
    started.then(run, () => finish({ problem: { sentence: cannotStart } }));
    next = start();
  }

  return { check };
}
