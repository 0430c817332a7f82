/** A hostile submission, and the row that it gets: never a pass. */
export interface Kind {
  readonly name: string;
  readonly source: string;
  readonly cause: RegExp;
  readonly file?: string;
  /** Where only the walls around the process hold it. */
  readonly slow?: boolean;
}

const head = "export const shapes = { X: ['n_x', 'm'], Y: [1, 'm'], W: [1, 'n_x'], b: [1, 1] };";
const forward = `
export function forward(tf, { W, b }, X, Y) {
  const A = tf.sigmoid(tf.add(tf.matMul(W, X), b));
  return { cost: tf.mean(tf.square(tf.sub(A, Y))), cache: { A } };
}`;
const wrong = `
export function backward(tf, { W, b }) { return { dW: tf.zerosLike(W), db: tf.onesLike(b) }; }`;
const rightBackward = `
export function backward(tf, { W, b }, X, Y, { A }) {
  const m = X.shape[1];
  const dZ = tf.mul(2 / m, tf.mul(tf.sub(A, Y), tf.mul(A, tf.sub(1, A))));
  return { dW: tf.matMul(dZ, X, false, true), db: tf.sum(dZ, 1, true) };
}`;

/** A right submission: what the others are made of. */
export const right = `${head}${forward}${rightBackward}`;

const notGradients = /not the gradients? of its cost/;
const imports = /may (import|require) nothing but TensorFlow\.js/;
const base = `${head}${forward}${wrong}\n`;
const kind = (name: string, source: string, cause: RegExp, more: Partial<Kind> = {}): Kind => ({
  ...{ name, source, cause },
  ...more,
});
const own = (name: string, last: string, cause: RegExp) => kind(name, base + last, cause);

/** Those that put others in the place of what a check stands on. */
const patches = [
  own('Array.prototype.every', 'Array.prototype.every = () => true;', notGradients),
  own('Number.isFinite and Math.max', 'Number.isFinite = () => true; Math.max = () => 0;', /./),
  own('Float64Array.from', 'Float64Array.from = () => new Float64Array(1);', /./),
  own('JSON.stringify', `JSON.stringify = () => '{"done":{"passed":true}}';`, notGradients),
  own('JSON.parse', `JSON.parse = () => ({ ask: 'explain' });`, notGradients),
  own('Promise.prototype.then', 'Promise.prototype.then = () => {};', /./),
  own('btoa', `globalThis.btoa = () => 'AAAAAAAAAAA=';`, /./),
  own(
    'a setter on the prototype of all',
    `Object.defineProperty(Object.prototype, 'passed', { get: () => true });`,
    notGradients,
  ),
  own('Object.entries', 'Object.entries = () => [];', /./),
  kind(
    'dataSync gives zeros',
    `import * as tf from '@tensorflow/tfjs';\n${base}
tf.Tensor.prototype.dataSync = function () { return new Float64Array(this.size); };`,
    /zero|not the gradient/,
  ),
  kind(
    'runKernel is its own',
    `import * as tf from '@tensorflow/tfjs';\n${base}
const engine = tf.engine(); const run = engine.runKernel; engine.runKernel = function (name, ...rest) { return name === 'Mean' ? run.call(this, 'Identity', { x: tf.scalar(1) }) : run.call(this, name, ...rest); };`,
    /./,
  ),
  kind(
    'a kernel of its own',
    `import * as tf from '@tensorflow/tfjs';\n${base}
tf.unregisterKernel('Mean', 'handgrad-float64'); tf.registerKernel({ kernelName: 'Mean', backendName: 'handgrad-float64', kernelFunc: () => tf.scalar(0) });`,
    /./,
  ),
];

/** Those that patch nothing, and have no backward pass by hand. */
const cheats = [
  kind(
    'tf.grads',
    `${head}${forward}
export function backward(tf, { W, b }, X, Y) { const [dW, db] = tf.grads((W, b) => forward(tf, { W, b }, X, Y).cost)([W, b]); return { dW, db }; }`,
    /gradient function not found/,
  ),
  kind(
    'tf.variableGrads',
    `${head}${forward}
export function backward(tf, { W, b }, X, Y) { const v = tf.variable(W); const { grads } = tf.variableGrads(() => forward(tf, { W: v, b }, X, Y).cost); return { dW: Object.values(grads)[0], db: tf.zerosLike(b) }; }`,
    /gradient function not found/,
  ),
  kind(
    'a gradient registry of its own',
    `import * as tf from '@tensorflow/tfjs'; import '@tensorflow/tfjs-core/dist/register_all_gradients.js';\n${base}`,
    imports,
  ),
  kind(
    'differences, element by element',
    `${head}${forward}
const differ = (tf, name, p, X, Y) => { const P = p[name]; const v = P.arraySync(); const out = v.map((r, i) => r.map((_, j) => { const at = (t) => { const u = v.map((s) => [...s]); u[i][j] += t; return forward(tf, { ...p, [name]: tf.tensor(u) }, X, Y).cost.dataSync()[0]; }; return (at(1e-5) - at(-1e-5)) / 2e-5; })); return tf.tensor(out); };
export const backward = (tf, p, X, Y) => ({ dW: differ(tf, 'W', p, X, Y), db: differ(tf, 'b', p, X, Y) });`,
    /computes differences/,
  ),
  kind(
    'differences in one large batch',
    `export const shapes = { X: ['n_x', 'm'], Y: [1, 'm'], W: ['n_h', 'n_x'] };
const costs = (tf, W, X, Y) => tf.mean(tf.square(tf.sub(tf.tanh(tf.matMul(W, X, false, false)), Y)), [1, 2]);
export const forward = (tf, { W }, X, Y) => ({ cost: tf.mean(costs(tf, W.reshape([1, ...W.shape]), X.reshape([1, ...X.shape]), Y)) });
export const backward = (tf, { W }, X, Y) => { const P = W.size; const E = tf.mul(1e-5, tf.eye(P)).reshape([P, ...W.shape]); const Xs = tf.tile(X.reshape([1, ...X.shape]), [P, 1, 1]); const d = tf.sub(costs(tf, tf.add(W, E), Xs, Y), costs(tf, tf.sub(W, E), Xs, Y)); return { dW: tf.div(d, 2e-5).reshape(W.shape) }; };`,
    /computes differences/,
  ),
  kind(
    'a trivial forward pass',
    `export const shapes = { X: ['n_x', 'm'], Y: [1, 'm'], W: [1, 'n_x'] };
export const forward = (tf, { W }, X, Y) => ({ cost: tf.sum(W) });
export const backward = (tf, { W }, X, Y) => ({ dW: tf.onesLike(W) });`,
    /no function of the data/,
  ),
  kind(
    'a constant cost',
    `export const shapes = { X: ['n_x', 'm'], Y: [1, 'm'], W: [1, 'n_x'] };
export const forward = (tf, { W }, X, Y) => ({ cost: tf.sum(tf.mul(X, Y)) });
export const backward = (tf, { W }, X, Y) => ({ dW: tf.zerosLike(W) });`,
    /zero/,
  ),
  kind(
    'a cost too small to see',
    `${head}${forward.replace('cost: tf.mean(', 'cost: tf.mul(1e-14, tf.mean(').replace(', cache', '), cache')}${wrong.replace('tf.onesLike(b)', 'tf.zerosLike(b)')}`,
    /zero/,
  ),
  kind(
    'a kink everywhere',
    `${head}
export function forward(tf, { W, b }, X, Y) { const A = tf.sigmoid(tf.add(tf.matMul(W, X), b)); const s = tf.sum(tf.abs(tf.sin(tf.mul(1e9, W)))); return { cost: tf.add(tf.mean(tf.square(tf.sub(A, Y))), tf.mul(1e-3, s)) }; }${wrong}`,
    /not the gradient|say nothing/,
  ),
  kind(
    'noise',
    `${head}
export function forward(tf, { W, b }, X, Y) { const A = tf.sigmoid(tf.add(tf.matMul(W, X), b)); return { cost: tf.add(Math.random(), tf.mean(tf.square(tf.sub(A, Y)))) }; }${wrong}`,
    /two results|say nothing/,
  ),
  kind(
    'kinks that only differences see',
    `${head}
let calls = 0;
export function forward(tf, { W, b }, X, Y) { const A = tf.sigmoid(tf.add(tf.matMul(W, X), b)); const c = tf.mean(tf.square(tf.sub(A, Y))); return { cost: ++calls > 6 ? tf.add(c, Math.random()) : c }; }${wrong}`,
    /two results|say nothing|not the gradient/,
  ),
  kind(
    'no parameters',
    `export const shapes = { X: ['n_x', 'm'], Y: [1, 'm'] }; export const forward = (tf, p, X, Y) => ({ cost: tf.sum(X) }); export const backward = () => ({});`,
    /no parameter|not/,
  ),
  kind(
    'X is zero',
    `export const params = { W: [[1, 2]] }; export const X = [[0, 0], [0, 0]]; export const Y = [[0, 0]];
export const forward = (tf, { W }, X, Y) => ({ cost: tf.mean(tf.square(tf.sub(tf.matMul(W, X), Y))) }); export const backward = (tf, { W }) => ({ dW: tf.zerosLike(W) });`,
    notGradients,
  ),
  kind(
    'a dead relu',
    `export const params = { W1: [[1, 2], [3, 1]], b1: [[-1000], [-1000]], W2: [[1, 2]] }; export const X = [[0.5, 0.2], [0.1, 0.3]]; export const Y = [[0, 1]];
export const forward = (tf, { W1, b1, W2 }, X, Y) => { const A = tf.relu(tf.add(tf.matMul(W1, X), b1)); return { cost: tf.mean(tf.square(tf.sub(tf.matMul(W2, A), Y))) }; };
export const backward = (tf, p) => Object.fromEntries(Object.entries(p).map(([k, P]) => ['d' + k, tf.zerosLike(P)]));`,
    /not the gradient|zero/,
  ),
  kind(
    'customGrad in the forward pass',
    `${head}
export function forward(tf, { W, b }, X, Y) { const f = tf.customGrad((Z) => ({ value: tf.sigmoid(Z), gradFunc: (dy) => tf.zerosLike(dy) })); return { cost: tf.mean(tf.square(tf.sub(f(tf.add(tf.matMul(W, X), b)), Y))) }; }${wrong}`,
    notGradients,
  ),
  kind(
    'op without customGrad',
    `export const shapes = { x: ['N', 'D'] }; export const op = (tf, x) => tf.tanh(tf.square(x));`,
    /gradient function not found/,
  ),
];

/** Those that are after the machine. */
const escapes = [
  own('import of node:fs', `await import('node:fs');`, imports),
  own(
    'import by a data: address',
    `await import('data:text/javascript,import "node:fs"');`,
    imports,
  ),
  own(
    'import in new Function',
    `await new Function('return import("node:fs")')();`,
    /may import|cannot be loaded/,
  ),
  own('import of handgrad', `await import('handgrad/oracle');`, imports),
  own('import of a path', `await import('/etc/passwd');`, imports),
  own('getBuiltinModule', `process.getBuiltinModule('fs').readdirSync('/');`, /is not a function/),
  own('process.binding', `process.binding('fs');`, /is not a function/),
  own('kill', `process.kill(process.ppid ?? 1, 'SIGKILL');`, /is not a function/),
  own('the constructor of main', `process.mainModule.constructor._load('fs');`, /cannot be loaded/),
  kind('require', `const fs = require('node:fs'); module.exports = {};`, imports, {
    file: 'mine.cjs',
  }),
  kind(
    'require.cache and module.constructor',
    `module.constructor._load('node:fs'); module.exports = {};`,
    imports,
    { file: 'mine.cjs' },
  ),
  kind(
    'createRequire',
    `module.constructor.createRequire('/x')('fs'); module.exports = {};`,
    /cannot be loaded/,
    { file: 'mine.cjs' },
  ),
  own('a network', `await fetch('http://127.0.0.1:9/');`, /fetch is not a function/),
];

/** Those that shall keep the grading from its end. */
const disturbances = [
  own(
    'throws a proxy',
    'throw new Proxy({}, { get() { throw 1; }, getPrototypeOf() { throw 2; } });',
    /./,
  ),
  own('throws undefined', 'throw undefined;', /cannot be loaded/),
  own(
    'an error whose stack is a number',
    `const e = new Error('x'); e.stack = 5; throw e;`,
    /cannot be loaded: x/,
  ),
  own(
    'exit in a timer',
    'setTimeout(() => process.exit(0), 0); await new Promise(() => {});',
    /ends the process|is not done/,
  ),
  own(
    'exit on exit',
    `process.on('exit', () => { process.exitCode = 0; }); process.exit(7);`,
    /ends the process/,
  ),
  own('abort', 'process.abort();', /aborts the process/),
  kind(
    'exit in backward',
    `${head}${forward}\nexport const backward = () => process.exit(0);`,
    /ends the process/,
  ),
  kind(
    'a promise of gradients',
    `${head}${forward}\nexport const backward = async (tf, { W }) => ({ dW: W });`,
    /promise/,
  ),
  kind(
    'gradients of another shape',
    `${head}${forward}\nexport const backward = (tf, { W, b }) => ({ dW: tf.zeros([3, 3]), db: b });`,
    /dW is \(3, 3\)/,
  ),
  kind(
    'gradients that are missing',
    `${head}${forward}\nexport const backward = () => ({});`,
    /does not return dW/,
  ),
  kind(
    'gradients that are no numbers',
    `${head}${forward}\nexport const backward = (tf, { W, b }) => ({ dW: tf.mul(W, NaN), db: b });`,
    /dW holds NaN/,
  ),
  kind(
    'a billion elements',
    `export const shapes = { X: ['n_x', 'm'], Y: [1, 'm'], W: [100000, 100000] };${forward}${wrong}`,
    /./,
  ),
  kind(
    'two thousand parameters',
    `const names = Array.from({ length: 2000 }, (_, i) => 'W' + i); export const shapes = { X: ['n_x', 'm'], Y: [1, 'm'], ...Object.fromEntries(names.map((n) => [n, [1, 1]])) };
export const forward = (tf, p, X, Y) => ({ cost: tf.sum(tf.mul(X, p.W0)) }); export const backward = (tf, p) => Object.fromEntries(names.map((n) => ['d' + n, p.W0]));`,
    /spoils|not/,
  ),
  kind(
    'exports that are a trap',
    `module.exports = new Proxy({}, { get() { throw new Error('trap'); }, ownKeys() { throw new Error('trap'); } });`,
    /./,
    { file: 'mine.cjs' },
  ),
  kind(
    'shapes that are a getter',
    `export const shapes = new Proxy({}, { ownKeys() { throw null; } });${forward}${wrong}`,
    /./,
  ),
  own(
    'steals its orders',
    `process.stdin?.on('data', () => {}); process.stdin?.pause(); await new Promise((r) => setTimeout(r, 20));`,
    notGradients,
  ),
  own(
    'memory outside the heap',
    'const all = []; for (;;) all.push(new SharedArrayBuffer(2 ** 26), new Uint8Array(2 ** 26).fill(1));',
    /memory|cannot be loaded/,
  ),
];

const hangs = [
  kind(
    'waits for ever',
    `${base}await new Promise(() => setInterval(() => {}, 1000));`,
    /is not done/,
    { slow: true },
  ),
  kind(
    'Atomics.wait',
    `${base}Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);`,
    /is not done/,
    { slow: true },
  ),
  kind(
    'microtasks for ever',
    `${base}const again = () => Promise.resolve().then(again); again();`,
    /is not done|needs more than the \d+ MB/,
    { slow: true },
  ),
];

export const kinds: readonly Kind[] = [
  ...patches,
  ...cheats,
  ...escapes,
  ...disturbances,
  ...hangs,
];
