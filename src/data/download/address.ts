import { DownloadError } from '../../core/errors.js';

/** The address of a folder. @throws DownloadError if it is neither https nor this machine's. */
export function parseBase(address: string): URL {
  const folder = address.replace(/\/*$/, '/');
  if (URL.canParse(folder) && isAllowed(new URL(folder))) return new URL(folder);
  throw new DownloadError(
    `The cat set cannot be downloaded from ${address}: it is not an https address. ` +
      'Give one such as https://example.org/folder; http is taken from this machine alone.',
  );
}

/** https, or http of this machine. */
export function isAllowed({ protocol, hostname }: URL): boolean {
  const isThisMachine = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname);
  return protocol === 'https:' || (protocol === 'http:' && isThisMachine);
}
