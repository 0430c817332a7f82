import { expect, test } from '@jest/globals';
import { loadDataset } from '../../src/data/datasetFolder.js';
import type { PictureSet } from '../../src/data/pictureSet.js';
import { cats, withCats } from '../support/needs.js';

withCats.describe('the cat set', () => {
  test('has 209 pictures to train on and 50 to test on', async () => {
    const { name, classes, train, test, files } = await loadDataset(cats);
    expect({ name, classes }).toEqual({ name: 'catvnoncat', classes: ['non-cat', 'cat'] });
    // Counts as the course prints them, hashes as published with the files.
    expect([train.m, test.m, train.height, train.width, train.channels]).toEqual([
      209, 50, 64, 64, 3,
    ]);
    const catsIn = (set: PictureSet) => set.labels.reduce((sum, label) => sum + label, 0);
    expect([catsIn(train), catsIn(test)]).toEqual([72, 33]);
    expect([...train.pictures.subarray(0, 3)]).toEqual([17, 31, 56]);
    expect(files.train.sha256).toBe(
      'fbe56ab67c3ae28d564e3a644189117976d6b31af0a3ce9bb17dbf22908af242',
    );
    expect(files.test.sha256).toBe(
      '6a9d39ce52fa85953c5834695b8534a30ed8cfd54971fb2f080b5a24d002b951',
    );
  });
});
