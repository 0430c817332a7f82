import * as tf from '@tensorflow/tfjs-core';
import { matrix } from '../../core/tensors.js';
import * as report from '../blocks.js';
import type { Experiment } from '../experiment.js';

const foods = ['apples', 'beef', 'eggs', 'potatoes'];
const nutrients = ['carbohydrate', 'protein', 'fat'];
/** Calories in 100 g, (3, 4); the course's table. */
const calories = [
  [56, 0, 4.4, 68],
  [1.2, 104, 52, 8],
  [1.8, 135, 99, 0.9],
];

export const broadcasting: Experiment = {
  name: 'broadcasting',
  note: '004',
  title: 'Broadcasting: a (3, 4) matrix divided by a (1, 4) one',
  text: [
    'What share of the calories of a food comes from carbohydrate, protein and fat? Sum each column, and divide: the row of sums (1, 4) is taken for every row of the matrix (3, 4), as if it were copied three times. So b (n, 1) is added to every column of W X (n, m).',
    '`keepdims` keeps the sum a matrix (1, 4). Without it a sum is a vector (4), which broadcasts as a row, whatever it was summed over: a sum over the rows of a square matrix would then be added the wrong way round, and nothing would say so.',
  ],
  equations: [
    String.raw`(m, n) \;{+ \atop \div}\; (1, n) \leadsto (m, n), \qquad (m, n) \;{+ \atop \div}\; (m, 1) \leadsto (m, n)`,
  ],
  code: [{ file: 'core/linear.ts', names: ['linearForward'] }],
  run: async ({ exact }) => {
    const percentages = tf.tidy(() => {
      const A = matrix(calories.flat(), [3, 4]); // (3, 4)
      const total = tf.sum(A, 0, true); // (1, 4)
      return tf.mul(tf.div(A, total), 100); // (3, 4)
    });
    const values = Array.from(percentages.dataSync());
    percentages.dispose();
    const rows = nutrients.map((_, i) => values.slice(4 * i, 4 * i + 4));
    const sums = foods.map((_, j) => rows.reduce((sum, row) => sum + row[j], 0));
    return {
      found: { apples: rows.map(([apples]) => apples), sums },
      expected: {
        // 56/59, 1.2/59 and 1.8/59 of the 59 calories of apples.
        apples: { value: [5600 / 59, 120 / 59, 180 / 59], within: exact ? 1e-12 : 1e-4 },
        sums: { value: [100, 100, 100, 100], within: exact ? 1e-12 : 1e-4 },
      },
      blocks: [
        report.heatTable({
          title: 'Share of the calories, in percent',
          alt: 'Three nutrients by four foods: 94.9 percent of the calories of apples are carbohydrate, 56.5 percent of those of beef fat.',
          rowTitle: 'nutrient',
          columnTitle: 'food',
          rows: nutrients,
          columns: foods,
          values: rows,
          digits: 1,
        }),
      ],
    };
  },
};
