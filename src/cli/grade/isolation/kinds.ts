/** What keeps a submission apart from the machine, the strongest first. */
export const isolations = ['bubblewrap', 'permission', 'none'] as const;
export type Isolation = (typeof isolations)[number];

/** What a kind of isolation promises, as the first line of a report says it. */
export const promises: Readonly<Record<Isolation, string>> = {
  bubblewrap:
    'each submission ran in a sandbox of bubblewrap: another user, its own processes and network, no file of this machine but its own, handgrad and Node, all read-only',
  permission:
    "each submission ran under Node's permission model: no file of this machine but its own, handgrad and Node, and no processes of its own; the network and signals are not kept from it. With Debian's bubblewrap they are",
  none: 'nothing kept a submission from the files, the network and the processes of this user. Grade what you do not trust with bubblewrap',
};

/** What holds wherever a submission runs. */
export const always =
  'The verdict is made outside its process, at points that were drawn once it was loaded';

export const withoutReference =
  'The forward pass is its own: whether it is the one that was asked for, --reference tells';

/** The first line of a report. */
export const isolationLine = (
  isolation: Isolation,
  limits: string,
  hasReference: boolean,
): string =>
  `Isolation: ${promises[isolation]}. ${limits} ${always}.${hasReference ? '' : ` ${withoutReference}.`}`;
