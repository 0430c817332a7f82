import { PictureDamage } from './pictureDamage.js';

/*
 * The structure of a JPEG file: its marker segments, without the pixels.
 *
 * Source: ITU-T T.81 (1992), annex B; JFIF 1.02; Adobe TN 5116, section 18 (APP14).
 */

export interface Jpeg {
  readonly width: number;
  readonly height: number;
  /** Samples of a pixel: 1 grey, 3 YCbCr or RGB, 4 CMYK or YCCK. */
  readonly samples: number;
  readonly scans: number;
  /** Bytes of all coefficients; a decoder keeps them where there is more than one scan. */
  readonly coefficientBytes: number;
  /** Of the coefficients that each scan goes over, all scans together. */
  readonly scannedBytes: number;
  /** Whether every coefficient comes with all of its bits. */
  readonly isComplete: boolean;
  /**
   * The file as it should be: what decides the pixels, and nothing else. Comments, metadata, and bytes
   * between segments or behind the end are left out; an EOI that is missing is there.
   */
  readonly parts: readonly Uint8Array[];
}

/** @throws PictureDamage where the file ends before its pixels, or is of a kind that is not read. */
export function readJpeg(bytes: Uint8Array): Jpeg {
  const parts: Uint8Array[] = [Uint8Array.of(0xff, SOI)];
  let frame: Frame | undefined;
  let adobe: Uint8Array | undefined;
  let scans = 0;
  let scannedBytes = 0;
  for (let at = 2; ; ) {
    const segment = nextSegment(bytes, at);
    if (!segment || segment.marker === EOI) break;
    const { marker, start, end } = segment;
    at = end;
    const body = bytes.subarray(start + 4, end);
    if (isJfif(marker, body)) parts.push(jfif);
    else if (isAdobe(marker, body)) {
      adobe = Uint8Array.of(0xff, APP14, 0, 14, ...body.subarray(0, 12));
      parts.push(adobe);
    } else if (!isMetadata(marker)) parts.push(bytes.subarray(start, end));
    if (isFrame(marker)) frame = readFrame(marker, body);
    if (marker !== SOS) continue;
    if (!frame) throw new PictureDamage('damaged', 'its pixels come before its size');
    scannedBytes += coefficientBytes(frame, noteScan(frame, body));
    scans++;
    at = endOfScan(bytes, end, parts);
  }
  if (!frame) throw new PictureDamage('cut off', 'it ends before its pixels');
  parts.push(Uint8Array.of(0xff, EOI));
  // An unknown transform is any but none, as in libjpeg.
  if (adobe && adobe[15] !== 0) adobe[15] = frame.components.length === 4 ? 2 : 1;
  return {
    width: frame.width,
    height: frame.height,
    samples: frame.components.length,
    scans,
    coefficientBytes: coefficientBytes(frame, frame.components),
    scannedBytes,
    isComplete: frame.components.every(({ bitsLeft }) => bitsLeft.every((bits) => bits === 0)),
    parts,
  };
}

const [SOI, EOI, SOS, DHT, JPG, DAC] = [0xd8, 0xd9, 0xda, 0xc4, 0xc8, 0xcc];
const [APP0, APP14, APP15, COM] = [0xe0, 0xee, 0xef, 0xfe];

/** Application data and comments: a decoder does not need them. */
const isMetadata = (marker: number) => (marker >= APP0 && marker <= APP15) || marker === COM;

/** SOF0 to SOF15, among which three tables stand. */
const isFrame = (marker: number) =>
  marker >= 0xc0 && marker <= 0xcf && ![DHT, JPG, DAC].includes(marker);

/** Markers without a length: TEM, RST0 to RST7, SOI. Between segments they mean nothing. */
const standsAlone = (marker: number) => marker === 0x01 || (marker >= 0xd0 && marker <= SOI);

interface Segment {
  readonly marker: number;
  /** Of its 0xff. */
  readonly start: number;
  readonly end: number;
}

/** The next segment from `at` on, over whatever stands before it; none where the file ends. */
function nextSegment(bytes: Uint8Array, at: number): Segment | undefined {
  for (; at + 1 < bytes.length; at++) {
    const marker = bytes[at + 1];
    if (bytes[at] !== 0xff || marker === 0 || marker === 0xff || standsAlone(marker)) continue;
    if (marker === EOI) return { marker, start: at, end: at + 2 };
    const length = (bytes[at + 2] << 8) | bytes[at + 3];
    const end = at + 2 + length;
    if (at + 4 > bytes.length || end > bytes.length) return undefined;
    if (length < 2) throw new PictureDamage('damaged', 'a segment has no length');
    return { marker, start: at, end };
  }
  return undefined;
}

// Both say whether three samples are RGB, the second whether four are YCCK. Nothing else of them counts.
const isJfif = (marker: number, body: Uint8Array) =>
  marker === APP0 && body.length >= 14 && startsWith(body, 'JFIF\0');
const isAdobe = (marker: number, body: Uint8Array) =>
  marker === APP14 && body.length >= 12 && startsWith(body, 'Adobe');
const startsWith = (body: Uint8Array, name: string) =>
  String.fromCharCode(...body.subarray(0, name.length)) === name;

/** JFIF 1.01, without a thumbnail. */
const jfif = Uint8Array.of(
  ...[0xff, APP0, 0, 16, 0x4a, 0x46, 0x49, 0x46, 0],
  ...[1, 1, 0, 0, 1, 0, 1, 0, 0],
);

interface Component {
  readonly id: number;
  /** Samples in a unit of 8 x 8 pixels or more, across and down. */
  readonly across: number;
  readonly down: number;
  /** Of each of the 64 coefficients, how many of its lowest bits have not come yet. */
  readonly bitsLeft: Uint8Array;
}

interface Frame {
  readonly width: number;
  readonly height: number;
  readonly isProgressive: boolean;
  readonly components: readonly Component[];
}

function readFrame(marker: number, body: Uint8Array): Frame {
  const [depth, , , , , count] = body;
  // Where there is no count, nothing is as long as it says.
  if (!(body.length >= 6 + 3 * count))
    throw new PictureDamage('damaged', 'its header is too short');
  const other = otherKinds[marker] ?? (depth === 8 ? undefined : `${depth} bits a sample`);
  if (other) throw new PictureDamage('of a kind that is not read', other);
  if (![1, 3, 4].includes(count)) {
    throw new PictureDamage('of a kind that is not read', `${count} samples a pixel`);
  }
  return {
    height: (body[1] << 8) | body[2],
    width: (body[3] << 8) | body[4],
    isProgressive: marker === SOF2,
    components: Array.from({ length: count }, (_, i) => {
      const [id, sampling] = body.subarray(6 + 3 * i);
      return {
        id,
        across: sampling >> 4,
        down: sampling & 15,
        bitsLeft: new Uint8Array(64).fill(16),
      };
    }),
  };
}

const SOF2 = 0xc2;

/** What browsers do not read either. */
const otherKinds: Readonly<Record<number, string>> = {
  195: 'lossless',
  197: 'hierarchical',
  198: 'hierarchical',
  199: 'hierarchical',
  201: 'arithmetic coding',
  202: 'arithmetic coding',
  203: 'arithmetic coding',
  205: 'hierarchical',
  206: 'hierarchical',
  207: 'hierarchical',
};

/**
 * Notes which bits of which coefficients a scan brings: those from Ss to Se down to bit Al. Gives the
 * components that it is of.
 */
function noteScan({ isProgressive, components }: Frame, body: Uint8Array): Component[] {
  const count = body[0];
  const [first, last, bits] = isProgressive ? body.subarray(1 + 2 * count) : [0, 63, 0];
  const scanned = new Set<Component>();
  for (let i = 0; i < count; i++) {
    const component = components.find(({ id }) => id === body[1 + 2 * i]);
    component?.bitsLeft.fill(bits & 15, first, last + 1);
    if (component) scanned.add(component);
  }
  return [...scanned];
}

/**
 * Where the entropy-coded bytes of a scan end that begin at `at`; they go to `parts`. A restart marker that
 * comes twice with nothing between is taken once.
 */
function endOfScan(bytes: Uint8Array, at: number, parts: Uint8Array[]): number {
  let start = at;
  let restart = -1; // where the last restart marker stands
  for (;;) {
    at = bytes.indexOf(0xff, at);
    if (at < 0) {
      parts.push(bytes.subarray(start));
      return bytes.length;
    }
    const marker = bytes[at + 1];
    const isRestart = marker >= 0xd0 && marker <= 0xd7;
    if (isRestart && restart === at - 2 && marker === bytes[at - 1]) {
      parts.push(bytes.subarray(start, at));
      start = at + 2;
    }
    if (isRestart) restart = at;
    else if (marker !== 0 && marker !== 0xff) {
      parts.push(bytes.subarray(start, at));
      return at;
    }
    at++;
  }
}

/** Σ over some of the components of 64 coefficients of 2 bytes for each block of 8 x 8 samples. */
function coefficientBytes(
  { width, height, components }: Frame,
  some: readonly Component[],
): number {
  const [across, down] = [
    Math.max(...components.map((c) => c.across)),
    Math.max(...components.map((c) => c.down)),
  ];
  const units = Math.ceil(width / (8 * across)) * Math.ceil(height / (8 * down));
  return some.reduce((sum, c) => sum + units * c.across * c.down * 128, 0);
}
