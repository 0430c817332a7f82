import { byId } from '../shared/dom.js';

/*
 * The large field: the invitation, the picture that was chosen, or what the camera sees.
 */

type Part = 'invitation' | 'reading' | 'picture' | 'video';

export const video = byId<HTMLVideoElement>('video');
const picture = byId<HTMLCanvasElement>('picture');
let filming = false;
let behind: Part = 'invitation';

/** While the camera is on, nothing takes its place; what was to be shown stands there afterwards. */
export function showPart(part: Exclude<Part, 'video'>): void {
  behind = part;
  update();
}

/** The video in place of the picture, and its buttons in place of the others. */
export function showVideo(on: boolean): void {
  filming = on;
  byId('shooting').hidden = !on;
  byId('ways').hidden = on;
  update();
}

/** Draws the picture, and closes its bitmap. */
export function showPicture(bitmap: ImageBitmap, label: string): void {
  picture.width = bitmap.width;
  picture.height = bitmap.height;
  picture.getContext('2d')!.drawImage(bitmap, 0, 0);
  bitmap.close();
  picture.setAttribute('aria-label', label);
  showPart('picture');
}

/** While a picture is read, the one before it stays behind the notice. */
function update(): void {
  const part = filming ? 'video' : behind;
  byId('stage').dataset.shows = part;
  for (const name of ['invitation', 'reading', 'video']) byId(name).hidden = name !== part;
  if (part !== 'reading') picture.hidden = part !== 'picture';
}
