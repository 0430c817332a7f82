import { lstatSync, readlinkSync, type Stats } from 'node:fs';
import { dirname, isAbsolute, parse, resolve, sep } from 'node:path';

/*
 * Whether others than the user could have written what lies at a path, or could put something else in
 * its place. What is loaded and run from a folder that others write is theirs, whatever its name.
 */

/** What `whoElseWrites` is told of a place. */
type Owned = Pick<Stats, 'uid' | 'gid' | 'mode'>;

/** Root owns what every user of the machine runs anyway. */
const root = 0;
/** Whom Linux names where a user is not known in a container: often root, from outside of it. */
const unknownUser = 65_534;

/**
 * Why a path is not the user's alone, in words, or undefined where it is: it and what lies on the way
 * to it from the folder `from` belong to the user or to root, and nobody else writes them. Of the
 * folders that lead to `from` less is asked: a folder for all with the sticky bit (/tmp) may be among
 * them, and one of the user's own group, which many systems make.
 */
export function whoElseWrites(path: string, from = path): string | undefined {
  const me = process.getuid?.();
  if (me === undefined) return undefined; // Windows keeps other rights
  const own = resolve(from);
  for (const place of placesTo(path)) {
    const isOwn = place === own || place.startsWith(own + sep);
    const why = trouble(lstatSync(place), isOwn, me);
    if (why) return `${place} ${why}`;
  }
  return undefined;
}

function trouble({ uid, gid, mode }: Owned, isOwn: boolean, me: number): string | undefined {
  const isTrusted = uid === me || uid === root || (!isOwn && uid === unknownUser);
  if (!isTrusted) return `belongs to another user (uid ${uid})`;
  if ((mode & 0o170000) === 0o120000) return undefined; // a link: what it leads to is looked at
  const isSticky = !isOwn && (mode & 0o1000) !== 0;
  // Where each user has a group of their own, it has their number, and umask is 002.
  const isOwnGroup = !isOwn && gid === me;
  const others = isOwnGroup ? 0o002 : 0o022;
  if (isSticky || (mode & others) === 0) return undefined;
  return `can be written by others (mode ${(mode & 0o7777).toString(8)})`;
}

/** Every place on the way to a path, from the top on; through links, to where they lead. */
function* placesTo(path: string): Generator<string> {
  const start = parse(resolve(path)).root;
  const rest = resolve(path).slice(start.length).split(sep);
  let at = start;
  yield at;
  for (let links = 0; rest.length > 0; ) {
    const name = rest.shift()!;
    if (name === '' || name === '.') continue;
    if (name === '..') {
      at = dirname(at);
      continue;
    }
    const place = resolve(at, name);
    yield place;
    if (!lstatSync(place).isSymbolicLink() || ++links > 40) {
      at = place;
      continue;
    }
    const target = readlinkSync(place);
    if (isAbsolute(target)) at = start;
    rest.unshift(...target.split(sep));
  }
}
