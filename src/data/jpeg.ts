import type { Jpeg } from './jpegMarkers.js';
import { loadJpegWasm } from './jpegWasm.js';
import { PictureDamage } from './pictureDamage.js';
import type { Picture } from './pictures.js';
import { type Reduction, reduced } from './reduction.js';

/*
 * JPEG by libjpeg-turbo, through its C API compiled to WebAssembly: the bytes are those of Pillow, which
 * has the same library.
 */

/**
 * The picture in RGB, its sides divided by `reduction` and rounded up. What is left out is not worked
 * out: each block of 8 x 8 is transformed to 8 / reduction pixels a side.
 *
 * @throws PictureDamage where not all of the pixels are in the file.
 */
export async function decodeJpeg(jpeg: Jpeg, reduction: Reduction): Promise<Picture> {
  if (!jpeg.isComplete) throw new PictureDamage('cut off', 'a part of its scans is missing');
  const { width, height } = reduced(jpeg, reduction);
  const codec = await start(await compile());
  const format = jpeg.samples === 4 ? TJPF_CMYK : TJPF_RGB;
  const pixels = decompress(codec, jpeg.parts, { width, height, format });
  return { data: jpeg.samples === 4 ? rgbOfCmyk(pixels) : pixels, width, height };
}

let compiled: Promise<WebAssembly.Module> | undefined;

/** The module, for the first picture; a page that could not get it asks again for the next one. */
function compile(): Promise<WebAssembly.Module> {
  compiled ??= loadJpegWasm().catch((error) => {
    compiled = undefined;
    throw error;
  });
  return compiled;
}

const TJPF_RGB = 0;
const TJPF_CMYK = 11;

/** The functions of TurboJPEG 2.0 that the module exports; a pointer is a number. */
interface TurboJpeg {
  readonly memory: WebAssembly.Memory;
  malloc(bytes: number): number;
  tjInitDecompress(): number;
  tjDecompress2(
    handle: number,
    jpeg: number,
    jpegSize: number,
    pixels: number,
    width: number,
    pitch: number,
    height: number,
    format: number,
    flags: number,
  ): number;
}

interface Codec {
  readonly turbo: TurboJpeg;
  /** Where libjpeg writes its first warning, or its error. */
  readonly message: number;
}

/** An instance for one picture: its memory goes with it, and so does what a damaged file made of it. */
async function start(module: WebAssembly.Module): Promise<Codec> {
  const { exports } = await WebAssembly.instantiate(module, {
    env: {
      setjmp: () => 0,
      longjmp: () => {
        throw new Error('libjpeg gave up');
      },
    },
    // Of WASI it needs nothing but an empty environment.
    wasi_snapshot_preview1: {
      environ_sizes_get: () => 0,
      environ_get: () => 0,
      fd_close: () => 0,
      fd_seek: () => 0,
      fd_write: () => 0,
      proc_exit: () => {
        throw new Error('libjpeg gave up');
      },
    },
  });
  const turbo = exports as unknown as TurboJpeg;
  return { turbo, message: find(new Uint8Array(turbo.memory.buffer), 'No error\0') };
}

function decompress(
  { turbo, message }: Codec,
  parts: readonly Uint8Array[],
  { width, height, format }: { width: number; height: number; format: number },
): Uint8Array {
  const size = parts.reduce((sum, { length }) => sum + length, 0);
  const samples = format === TJPF_CMYK ? 4 : 3;
  const file = allocate(turbo, size);
  const pixels = allocate(turbo, width * height * samples);
  let at = file;
  for (const part of parts) {
    new Uint8Array(turbo.memory.buffer, at, part.length).set(part);
    at += part.length;
  }
  const handle = turbo.tjInitDecompress();
  let failed = true;
  try {
    const pitch = width * samples;
    const status = turbo.tjDecompress2(
      handle, file, size, pixels, width, pitch, height, format, 0,
    ); // biome-ignore format: one call, one line
    failed = status !== 0;
  } catch {
    // The message says why, as it does where the status is not 0.
  }
  if (failed) refuse(text(turbo, message));
  return new Uint8Array(turbo.memory.buffer, pixels, width * height * samples).slice();
}

function allocate(turbo: TurboJpeg, bytes: number): number {
  const at = turbo.malloc(bytes);
  if (at === 0) throw new PictureDamage('of a kind that is not read', 'it needs too much memory');
  return at;
}

/**
 * libjpeg goes on after a warning, with grey where pixels are missing. Bytes that are left over when all
 * pixels are there are the one thing that is harmless.
 */
function refuse(message: string): void {
  if (/extraneous bytes before marker 0xd9/.test(message)) return;
  if (/premature end|found marker 0xd9/i.test(message))
    throw new PictureDamage('cut off', 'its pixels end too early');
  throw new PictureDamage('damaged', message.replace('Corrupt JPEG data: ', ''));
}

/** Where the bytes of a text stand that come last. */
function find(memory: Uint8Array, wanted: string): number {
  const at = new TextDecoder('latin1').decode(memory).lastIndexOf(wanted);
  if (at < 0) throw new Error('jpeg-turbo.wasm is another one than this code was written for.');
  return at;
}

function text({ memory }: TurboJpeg, at: number): string {
  const bytes = new Uint8Array(memory.buffer, at, 200);
  return new TextDecoder('latin1').decode(bytes.subarray(0, bytes.indexOf(0)));
}

/**
 * R = C K / 255, and G, B likewise: the numbers of a JPEG say how much light the inks let through, with
 * Adobe's marker and without it, as Pillow and browsers take them.
 */
function rgbOfCmyk(cmyk: Uint8Array): Uint8Array {
  const rgb = new Uint8Array((cmyk.length / 4) * 3);
  for (let from = 0, to = 0; to < rgb.length; from += 4, to += 3) {
    const black = cmyk[from + 3] / 255;
    for (let c = 0; c < 3; c++) rgb[to + c] = Math.round(cmyk[from + c] * black);
  }
  return rgb;
}
