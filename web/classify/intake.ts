import { PictureError } from '../../src/core/errors.js';
import { byId } from '../shared/dom.js';

/** Where pictures go, whatever way they come in; `refuse` takes a PictureError that says what to do. */
export interface Intake {
  take(file: File): void;
  refuse(error: unknown): void;
}

/** The button that opens the browser's own dialogue. */
export function acceptChoices({ take }: Intake): void {
  const input = byId<HTMLInputElement>('file');
  byId('choose').addEventListener('click', () => input.click());
  input.addEventListener('change', () => {
    const file = input.files?.[0];
    if (file) take(file);
    input.value = ''; // so that the same file can be chosen again
  });
}

/** The whole page is where a picture can be dropped; `html.dropping` while one hangs over it. */
export function acceptDrops({ take, refuse }: Intake): void {
  let inside = 0; // elements that the pointer is in, one within the other
  const show = () => document.documentElement.classList.toggle('dropping', inside > 0);
  addEventListener('dragenter', () => {
    inside++;
    show();
  });
  addEventListener('dragleave', () => {
    inside--;
    show();
  });
  addEventListener('dragover', (event) => event.preventDefault());
  addEventListener('drop', (event) => {
    event.preventDefault();
    inside = 0;
    show();
    const file = event.dataTransfer?.files[0];
    if (file) take(file);
    else refuse(new PictureError(noFile));
  });
}

const noFile = 'That was no file. Save the picture first and drop its file, or copy and paste it.';

/** Ctrl+V or ⌘V anywhere on the page, and the button that does the same. */
export function acceptPastes({ take, refuse }: Intake): void {
  addEventListener('paste', (event) => {
    const file = event.clipboardData?.files[0];
    if (file) take(named(file));
    else refuse(new PictureError(nothingToPaste));
  });
  byId('paste').addEventListener('click', () => readClipboard().then(take, refuse));
}

const nothingToPaste = 'There is no picture to paste. Copy one first, or choose its file.';

/** The picture of the clipboard. @throws PictureError that says what to do. */
async function readClipboard(): Promise<File> {
  if (!navigator.clipboard?.read) {
    throw new PictureError(
      'Press Ctrl+V (⌘V on a Mac) to paste: this browser lets no button do it.',
    );
  }
  let items: ClipboardItems;
  try {
    items = await navigator.clipboard.read();
  } catch (error) {
    throw new PictureError(
      'This page may not read the clipboard. Press Ctrl+V (⌘V on a Mac) instead, or allow it beside the address in your browser.',
      { cause: error },
    );
  }
  for (const item of items) {
    const type = item.types.find((type) => type.startsWith('image/'));
    if (type) return named(await item.getType(type));
  }
  throw new PictureError(nothingToPaste);
}

/** What is pasted has no name of its own. */
const named = (blob: Blob) => new File([blob], 'The pasted picture', { type: blob.type });
