/** The notes that the experiments follow, in the order of the course. */
export const notes = {
  '000': 'Logistic regression, the shallow network, and the steps of a deep one',
  '001': 'The cat application',
  '002': 'A deep network with an activation for each layer',
  '003': 'Activations, more classes, symmetry, hyperparameters',
  '004': 'Loss and cost, descent, derivatives, vectors instead of loops',
} as const;

export type Note = keyof typeof notes;

/**
 * The experiments of each note, by name: the command line lists and chooses them without loading
 * them. `experiments/index.ts` has what they are.
 */
export const experimentNames = {
  '000': ['planar', 'building-blocks'],
  '001': ['two-layer', 'l-layer'],
  '002': ['deep-network'],
  '003': [
    'activations',
    'logistic-moons',
    'logistic-cats',
    'one-vs-all',
    'symmetry',
    'sweep',
    'xor',
  ],
  '004': ['losses', 'derivatives', 'computation-graph', 'vectorisation', 'broadcasting'],
} as const satisfies Readonly<Record<Note, readonly string[]>>;

export type ExperimentName = (typeof experimentNames)[Note][number];
