import { limits } from './bounds.js';
import type { Failure } from './failure.js';

/**
 * JSON that somebody else wrote, with or without a byte order mark: nested no deeper than `limits.depth`,
 * and without a key __proto__, which would change what an object is.
 *
 * @param where it stands, for messages.
 * @throws Failure
 */
export function parseJson(
  given: string | Uint8Array,
  where: string,
  Failure: Failure,
  cure = 'Save it again.',
): unknown {
  const text = typeof given === 'string' ? given.replace(/^\ufeff/, '') : decoded(given);
  if (isDeep(text)) {
    throw new Failure(
      `${where} nests deeper than ${limits.depth} brackets. It is damaged or was made to do harm. ${cure}`,
    );
  }
  let value: unknown;
  try {
    value = JSON.parse(text, text.includes('__proto__') ? withoutProto : undefined);
  } catch (error) {
    const why =
      error === proto
        ? 'has a key __proto__, which is refused'
        : `is no JSON: ${short((error as Error).message)}`;
    throw new Failure(`${where} ${why}. ${cure}`, { cause: error });
  }
  return value;
}

const decoded = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

const proto = new Error('__proto__');

function withoutProto(key: string, value: unknown): unknown {
  if (key === '__proto__') throw proto;
  return value;
}

/** A part of the text stands in the message: no more than a line of it. */
const short = (message: string) => message.replace(/\s+/g, ' ').slice(0, 200);

/** Whether brackets outside of strings stand in each other too deep. */
function isDeep(text: string): boolean {
  let depth = 0;
  let inString = false;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (inString) {
      if (code === backslash) i++;
      else if (code === quote) inString = false;
    } else if (code === quote) inString = true;
    else if (code === openBracket || code === openBrace) {
      if (++depth > limits.depth) return true;
    } else if (code === closeBracket || code === closeBrace) depth--;
  }
  return false;
}

const [quote, backslash] = [0x22, 0x5c];
const [openBracket, closeBracket, openBrace, closeBrace] = [0x5b, 0x5d, 0x7b, 0x7d];
