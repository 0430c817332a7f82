import type { FolderStore } from '../../jobs/folderStore.js';
import { kindTable } from '../../jobs/kind.js';
import { fingerprintKind } from './fingerprintKind.js';
import { type Origin, placesIn, shardPlacesIn } from './place.js';
import { shardKind } from './shard.js';
import { trialKind } from './trial.js';

/** All kinds of job that a process of handgrad does. */
export const kindsIn = (store: FolderStore, origin: Origin) =>
  kindTable(
    trialKind(placesIn(store, origin)),
    shardKind(shardPlacesIn(store, origin)),
    fingerprintKind,
  );
