import type { Html } from './html.js';

/** A drawing: SVG in the page's colours, which are CSS variables of `style.ts`. */
export interface Figure {
  readonly title: string;
  /** What the drawing shows, for those who do not see it. */
  readonly alt: string;
  readonly svg: Html;
}

/** Pictures side by side, each with its lines of text. */
export interface Gallery {
  readonly title: string;
  readonly alt: string;
  readonly pictures: readonly GalleryPicture[];
}

export interface GalleryPicture {
  /** A data URI: the page loads nothing. */
  readonly uri: string;
  readonly alt: string;
  readonly caption: readonly string[];
}
