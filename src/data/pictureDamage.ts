/** What is wrong with a picture file, and what its reader can do. */
const cures = {
  'cut off': 'Copy it once more',
  damaged: 'Copy it once more, or save it anew with an image editor',
  'of a kind that is not read': 'Save it anew with an image editor',
} as const;

/** A file that is a JPEG or PNG picture and cannot be read whole. `decodePicture` names the file. */
export class PictureDamage extends Error {
  constructor(
    readonly what: keyof typeof cures,
    readonly why: string,
  ) {
    super(`${what}: ${why}`);
  }

  get cure(): string {
    return cures[this.what];
  }
}
