import type { Picture } from './pictures.js';

/**
 * How each EXIF orientation is undone: pixel (x, y) of the upright picture is pixel (u, v) of the
 * stored one, where (u, v) = (x, y), or (y, x) when the picture lies on its side, and u or v then
 * counts from the other end.
 */
const orientations: Readonly<Record<number, { side?: true; fromRight?: true; fromBottom?: true }>> =
  {
    2: { fromRight: true },
    3: { fromRight: true, fromBottom: true },
    4: { fromBottom: true },
    5: { side: true },
    6: { side: true, fromBottom: true },
    7: { side: true, fromRight: true, fromBottom: true },
    8: { side: true, fromRight: true },
  };

/** Whether a picture of this EXIF orientation has its width where its height is to be. */
export const liesOnItsSide = (orientation = 1): boolean => orientations[orientation]?.side === true;

/** The picture as its EXIF orientation (1 to 8) says it is to be seen. Any other is taken for 1. */
export function turnUpright(picture: Picture, orientation = 1): Picture {
  const how = orientations[orientation];
  if (!how) return picture;
  const { data } = picture;
  const [width, height] = how.side
    ? [picture.height, picture.width]
    : [picture.width, picture.height];
  const upright = new Uint8Array(data.length);
  for (let y = 0, to = 0; y < height; y++) {
    for (let x = 0; x < width; x++, to += 3) {
      const u = how.side ? y : x;
      const v = how.side ? x : y;
      const column = how.fromRight ? picture.width - 1 - u : u;
      const row = how.fromBottom ? picture.height - 1 - v : v;
      const from = (row * picture.width + column) * 3;
      upright[to] = data[from];
      upright[to + 1] = data[from + 1];
      upright[to + 2] = data[from + 2];
    }
  }
  return { data: upright, width, height };
}
