/** How long a download may take. */
export interface Pace {
  /** The silence in ms after which a server is given up. */
  readonly stallMs: number;
  /** The bytes a second that must come, over each `stallMs`. */
  readonly leastSpeed: number;
  /** When all must be there, as Date.now() counts. */
  readonly endsAt: number;
  /** The same from the start, for the message. */
  readonly deadlineMs: number;
}

const seconds = (ms: number) => `${ms / 1000} s`;

/**
 * Gives a request up when nothing comes, when too little comes, and when the time is over: a server that
 * sends a byte now and then would hold it for days. `came` is told of each piece; `stop` ends the watch.
 */
export function keepPace(request: AbortController, pace: Pace) {
  const { stallMs, leastSpeed, endsAt, deadlineMs } = pace;
  const giveUp = (why: string) => request.abort(new Error(why));
  const silence = setTimeout(() => giveUp(`nothing came for ${seconds(stallMs)}`), stallMs);
  const end = setTimeout(
    () => giveUp(`it was not whole after ${seconds(deadlineMs)}`),
    Math.max(0, endsAt - Date.now()),
  );
  let bytes = 0;
  const least = Math.ceil((leastSpeed * stallMs) / 1000);
  const measure = () => {
    // Where nothing came at all, the silence says so.
    if (bytes > 0 && bytes < least) giveUp(`only ${bytes} bytes came in ${seconds(stallMs)}`);
    bytes = 0;
  };
  let speed: NodeJS.Timeout | undefined;
  return {
    came(count: number) {
      // From the first byte on: a server may think before it answers.
      speed ??= setInterval(measure, stallMs);
      bytes += count;
      silence.refresh();
    },
    stop() {
      clearTimeout(silence);
      clearTimeout(end);
      clearInterval(speed);
    },
  };
}
