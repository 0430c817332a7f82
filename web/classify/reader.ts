import { PictureError } from '../../src/core/errors.js';
import { either, record, type Schema, text, whole } from '../../src/core/schema.js';
import type { Picture } from '../../src/data/pictures.js';
import type { PictureInput } from '../../src/export/pictureModel.js';
import { startWorker } from '../shared/trusted.js';
import workerUrl from './reader.worker.ts?worker&url';

export interface Question {
  readonly id: number;
  readonly file: Blob;
  readonly fileName: string;
  readonly input: PictureInput;
}

export type Answer =
  | { readonly id: number; readonly read: ReadPicture }
  | { readonly id: number; readonly trouble: string };

/** A picture upright: as it is shown, and in the size in which the network sees it. */
export interface ReadPicture {
  readonly seen: Picture;
  readonly shown: ImageBitmap;
  /** Of the whole picture, in pixels. */
  readonly width: number;
  readonly height: number;
}

const side = whole(1, 2 ** 31);
const id = whole(0, Number.MAX_SAFE_INTEGER);
const instance =
  <T>(of: new (...given: never[]) => T): Schema<T> =>
  (value, place) => {
    if (value instanceof of) return value;
    throw new PictureError(`${place} is no ${of.name}.`);
  };

/** A picture came from anywhere, and what decodes it may be led astray by it. */
const answer = either<Answer, Answer>(
  record<Extract<Answer, { read: unknown }>>({
    id,
    read: record<ReadPicture>({
      seen: record<Picture>({ data: instance(Uint8Array), width: side, height: side }),
      shown: instance(ImageBitmap),
      width: side,
      height: side,
    }),
  }),
  record<Extract<Answer, { trouble: string }>>({ id, trouble: text(5000) }),
);

interface Waiting {
  readonly fileName: string;
  resolve(read: ReadPicture): void;
  reject(error: PictureError): void;
}

/** Reads pictures one after the other, in a worker. */
export class Reader {
  private worker = this.start();
  private readonly waiting = new Map<number, Waiting>();
  private next = 0;

  /** @throws PictureError, a sentence that names the file. */
  read(file: Blob, fileName: string, input: PictureInput): Promise<ReadPicture> {
    const id = this.next++;
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { fileName, resolve, reject });
      this.worker.postMessage({ id, file, fileName, input } satisfies Question);
    });
  }

  private start(): Worker {
    const worker = startWorker(workerUrl);
    worker.onmessage = ({ data: said }: MessageEvent<unknown>) => {
      const data = answer(said, 'The answer');
      const { resolve, reject } = this.waiting.get(data.id)!;
      this.waiting.delete(data.id);
      if ('read' in data) resolve(data.read);
      else reject(new PictureError(data.trouble));
    };
    // It dies of a picture that takes more memory than there is.
    worker.onerror = () => {
      worker.terminate();
      this.worker = this.start();
      for (const { fileName, reject } of this.waiting.values()) {
        reject(
          new PictureError(
            `${fileName} is more than this browser can read. Make it smaller with an image editor, or reload the page.`,
          ),
        );
      }
      this.waiting.clear();
    };
    return worker;
  }
}
