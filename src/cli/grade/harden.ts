/*
 * What a submission has no use for in its process. It is no sandbox, which is what isolation.ts starts
 * the process in; it makes plain what is meant to be out of reach.
 */

const ofProcess = [
  ...['binding', '_linkedBinding', 'dlopen', 'getBuiltinModule', 'kill', '_kill', 'reallyExit'],
  ...['_debugProcess', '_debugEnd', 'report', 'loadEnvFile', 'chdir', 'umask', 'mainModule'],
  ...['setuid', 'seteuid', 'setgid', 'setegid', 'setgroups', 'initgroups', 'openStdin', 'ppid'],
  ...['_getActiveHandles', '_getActiveRequests', 'stdin', 'execve'],
];

const ofGlobal = [
  'fetch',
  'WebSocket',
  'EventSource',
  'Worker',
  'BroadcastChannel',
  'MessageChannel',
];

/** Takes them out of the realm. */
export function harden(): void {
  const { reallyExit } = process as unknown as { reallyExit: (code?: number) => never };
  const exit = reallyExit.bind(process);
  for (const name of ofProcess) take(process, name);
  for (const name of ofGlobal) take(globalThis, name);
  // process.exit ends in it.
  Object.defineProperty(process, 'reallyExit', {
    value: exit,
    configurable: false,
    writable: false,
  });
}

function take(object: object, name: string): void {
  try {
    Object.defineProperty(object, name, { value: undefined, configurable: true, writable: true });
  } catch {
    // this Node holds on to it
  }
}
