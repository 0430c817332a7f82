import type { FolderStore } from '../../jobs/folderStore.js';
import { kindTable } from '../../jobs/kind.js';
import { experimentKind } from './experiment.js';
import { fingerprintKind } from './fingerprintKind.js';
import { foldKind } from './fold.js';
import { foldPlacesIn } from './foldPlaces.js';
import { picturesIn } from './picturesIn.js';
import { type Origin, placesIn } from './place.js';
import { shardKind } from './shard.js';
import { shardPlacesIn } from './shardPlaces.js';
import { trialKind } from './trial.js';

/** The kinds of job that a process of handgrad does, but for those that run what somebody wrote. */
export const kindsIn = (store: FolderStore, origin: Origin) =>
  kindTable(
    trialKind(placesIn(store, origin)),
    foldKind(foldPlacesIn(store, origin)),
    shardKind(shardPlacesIn(store, origin)),
    experimentKind(picturesIn(store, origin)),
    fingerprintKind,
  );
