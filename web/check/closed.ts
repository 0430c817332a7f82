/** What reaches out of a worker: other places, other workers, what the browser keeps, the page. */
const functions = [
  'fetch',
  'fetchLater',
  'importScripts',
  'XMLHttpRequest',
  'WebSocket',
  'WebSocketStream',
  'WebTransport',
  'EventSource',
  'Worker',
  'SharedWorker',
  'BroadcastChannel',
  'Notification',
  'webkitRequestFileSystem',
  'webkitRequestFileSystemSync',
  'webkitResolveLocalFileSystemURL',
  'webkitResolveLocalFileSystemSyncURL',
  'postMessage',
  'close',
];
const objects = ['indexedDB', 'caches', 'cookieStore'];
/** TensorFlow.js asks whether it is there, and takes no for an answer. */
const absent = ['navigator'];

/**
 * Takes away from the code under check what it has no business with: it gets an error that says so.
 * The wall itself is the page's Content-Security-Policy, which a worker inherits.
 */
export function closeScope(scope: object): void {
  for (const name of functions) replace(scope, name, { value: refusing(name), writable: false });
  for (const name of objects) replace(scope, name, { get: refusing(name) });
  for (const name of absent) replace(scope, name, { value: undefined, writable: false });
}

/** A function that can be called with and without `new`. */
function refusing(name: string) {
  return function refuse(): never {
    throw new Error(`${name} is not to be had here: the code is checked without a network.`);
  };
}

/** On the object and on all that it inherits from, where it is there. */
function replace(scope: object, name: string, by: PropertyDescriptor): void {
  for (let object: object | null = scope; object; object = Object.getPrototypeOf(object)) {
    if (Object.hasOwn(object, name)) {
      Object.defineProperty(object, name, { ...by, configurable: false, enumerable: true });
    }
  }
}
