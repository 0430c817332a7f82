type Group = 'Right' | 'Wrong' | 'Layers' | 'As in the course notes' | 'Your own';

/** A piece of code to begin with. */
export interface Example {
  /** In the page's address: ?example=tanh-from-z */
  readonly id: string;
  readonly title: string;
  readonly group: Group;
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
const groups: readonly Group[] = ['Right', 'Wrong', 'Layers', 'As in the course notes'];

/** What is wrong in each, in a sentence. */
const sentences: Readonly<Record<string, string>> = {
  'dot-for-elementwise': 'The derivative is multiplied as a matrix, not element by element',
  'dropout-not-scaled': 'Dropout: the gradient is masked, but not divided by keep_prob',
  'elementwise-for-dot': 'dw is a product element by element, not of matrices',
  'leaky-relu-without-da': 'The derivative of leaky relu stands alone: dA is dropped',
  'mean-twice': 'The mean over the samples is taken twice',
  'no-mean': 'The mean over the samples is forgotten in dw',
  'regularisation-missing': 'The cost has an L2 term, and dW has none',
  'sigmoid-derivative-for-tanh': 'The derivative of sigmoid is taken where the layer is tanh',
  sign: 'Y - A for A - Y: every sign is wrong',
  'softmax-as-sigmoid': 'Softmax: the derivative of sigmoid is multiplied on top',
  'softmax-mean-over-classes': 'Softmax: the mean is over the classes as well',
  'squared-error-twice': 'A squared error with a 2 that the cost does not have',
  'sum-over-units': 'db is the sum over the units, not over the samples',
  'sum-without-keepdims': 'db is summed without keepDims, and loses its column',
  'tanh-from-z': 'The derivative of tanh takes Z where it needs A',
  'tanh-without-da': 'The derivative of tanh stands alone: dA is dropped',
  'w2-updated-first': 'W2 is updated before dA1 is computed from it',
  'wrong-a-prev': "dW takes the layer's own A for that of the layer before",
};

/**
 * The modules of examples/check by their paths, and an empty one. A mistake is called by a sentence,
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
  if (path.includes('/layers/')) return { id, title: comment, group: 'Layers', code };
  if (id === 'right') return { id, title: comment, group: 'Right', code };
  return { id, title: sentences[id] ?? comment, group: 'Wrong', code };
}
