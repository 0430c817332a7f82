import { PictureError } from '../../src/core/errors.js';
import { byId } from '../shared/dom.js';
import type { Intake } from './intake.js';
import { showVideo, video } from './stage.js';

let stream: MediaStream | undefined;
let opening = false;

/** The camera's button, its shutter and its stop; Escape stops it too. */
export function acceptShots({ take, refuse }: Intake): void {
  byId('camera').addEventListener('click', async () => {
    if (opening) return;
    opening = true;
    try {
      stream = await openCamera();
      video.srcObject = stream;
      await video.play();
      showVideo(true);
      byId('shoot').focus();
    } catch (error) {
      closeCamera();
      refuse(error);
    } finally {
      opening = false;
    }
  });
  byId('shoot').addEventListener('click', () => shoot().then(take, refuse));
  byId('stop').addEventListener('click', closeCamera);
  addEventListener('keydown', ({ key }) => key === 'Escape' && closeCamera());
}

/** Nothing where it is not open. */
export function closeCamera(): void {
  if (!stream) return;
  for (const track of stream.getTracks()) track.stop();
  stream = undefined;
  video.srcObject = null;
  showVideo(false);
  byId('camera').focus();
}

/** What to do, by the name of what the browser throws. */
const cures: Readonly<Record<string, string>> = {
  NotAllowedError:
    'This page may not use the camera. Allow it beside the address in your browser, or choose a picture.',
  NotFoundError: 'No camera was found. Connect one, or choose a picture.',
  NotReadableError: 'Another program uses the camera. Close it, or choose a picture.',
};

/** The stream of the camera at the back, where there are two. @throws PictureError that says what to do */
async function openCamera(): Promise<MediaStream> {
  if (!navigator.mediaDevices?.getUserMedia) {
    throw new PictureError(
      'A browser gives a page the camera on https and on localhost only. Open the page there, or choose a picture.',
    );
  }
  try {
    return await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' } });
  } catch (error) {
    const { name, message } = error as DOMException;
    throw new PictureError(
      cures[name] ?? `The camera does not start: ${message}. Choose a picture instead.`,
      { cause: error },
    );
  }
}

/** What the camera sees now, as a PNG. @throws PictureError where it sees nothing yet */
async function shoot(): Promise<File> {
  const canvas = document.createElement('canvas');
  canvas.width = video.videoWidth;
  canvas.height = video.videoHeight;
  canvas.getContext('2d')!.drawImage(video, 0, 0);
  const blob = await new Promise<Blob | null>((made) => canvas.toBlob(made, 'image/png'));
  if (!blob) {
    throw new PictureError('The camera shows nothing yet. Wait a moment and take it again.');
  }
  return new File([blob], 'The picture of the camera', { type: 'image/png' });
}
