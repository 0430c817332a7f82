/** A piece of code to begin with. */
export interface Example {
  /** In the page's address: ?example=tanh-from-z */
  readonly id: string;
  readonly title: string;
  readonly group: 'Right' | 'Wrong' | 'As in the course notes' | 'Your own';
  readonly code: string;
}

/** What `handgrad check` wants, with nothing in it yet. */
const template = `// A network of your own.

// The check draws numbers of these shapes; samples are columns.
export const shapes = { X: ['n_x', 'm'], Y: [1, 'm'], W: [1, 'n_x'], b: [1, 1] };

export function forward(tf, { W, b }, X, Y) {
  const Z = tf.add(tf.matMul(W, X), b); // (1, m)
  const A = tf.sigmoid(Z); // (1, m)
  const cost = tf.mean(tf.square(tf.sub(A, Y)));
  return { cost, cache: { A } };
}

export function backward(tf, { W, b }, X, Y, { A }) {
  const dW = tf.zerosLike(W); // (1, n_x)
  const db = tf.zerosLike(b); // (1, 1)
  return { dW, db };
}
`;

/** In the order in which they are offered. */
const groups: readonly Example['group'][] = ['Right', 'Wrong', 'As in the course notes'];

/** Words of file names that are names of matrices. */
const matrices: Readonly<Record<string, string>> = { a: 'A', da: 'dA', w2: 'W2', z: 'Z' };

/**
 * The modules of examples/check by their paths, and an empty one. A mistake is called as its file is,
 * all others by their first comment; a module without a backward pass is none to check.
 */
export function exampleList(files: Readonly<Record<string, string>>): Example[] {
  const listed = Object.entries(files)
    .filter(([, code]) => /^export function backward\b/m.test(code))
    .map(([path, code]) => exampleOf(path, code))
    .sort((a, b) => groups.indexOf(a.group) - groups.indexOf(b.group));
  return [...listed, { id: 'empty', title: 'A template', group: 'Your own', code: template }];
}

function exampleOf(path: string, code: string): Example {
  const id = path
    .split('/')
    .at(-1)!
    .replace(/\.\w+$/, '');
  const comment = /^\/\/ (.*?)\.?$/m.exec(code)?.[1] ?? id;
  if (path.includes('/notes/'))
    return { id, title: comment, group: 'As in the course notes', code };
  if (id === 'right') return { id, title: comment, group: 'Right', code };
  const words = id.split('-').map((word) => matrices[word] ?? word);
  const name = words.join(' ');
  return { id, title: `${name[0].toUpperCase()}${name.slice(1)}`, group: 'Wrong', code };
}
