import { reasonOf } from '../../files/reason.js';

const WORDS: Readonly<Record<string, string>> = {
  ENOTFOUND: 'the host was not found (is this machine online?)',
  EAI_AGAIN: 'the host was not found (is this machine online?)',
  ENETUNREACH: 'the host is out of reach (is this machine online?)',
  EHOSTUNREACH: 'the host is out of reach (is this machine online?)',
  ETIMEDOUT: 'the host did not answer',
  UND_ERR_CONNECT_TIMEOUT: 'the host did not answer',
  ECONNREFUSED: 'the connection was refused',
  ECONNRESET: 'the connection broke off',
  UND_ERR_SOCKET: 'the connection broke off',
};

/** fetch itself says no more than 'fetch failed': the innermost cause knows why. */
export function plainWords(error: unknown): string {
  let root = error as NodeJS.ErrnoException;
  while (root.cause) root = root.cause as NodeJS.ErrnoException;
  return WORDS[root.code ?? ''] ?? reasonOf(root);
}
