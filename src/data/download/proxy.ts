import { DownloadError } from '../../core/errors.js';

/** What asks for an address: fetch, or the same through a proxy. */
export type Fetch = (
  url: URL,
  options: { readonly redirect: 'manual'; readonly signal: AbortSignal },
) => Promise<Response>;

/**
 * fetch as the environment wants it: through HTTPS_PROXY or HTTP_PROXY, but for the hosts of NO_PROXY, in
 * large or small letters; this machine is always asked directly. Node's own fetch heeds none of them
 * before version 24, and so undici, which it is made of, is asked where one is set.
 *
 * @throws DownloadError if the proxy's address is none.
 */
export const fetchByEnvironment: Fetch = async (url, options) => {
  const proxy = proxyOf(url);
  if (proxy === undefined) return fetch(url, options);
  const { fetch: fetchThrough, ProxyAgent } = await import('undici');
  const dispatcher = new ProxyAgent(proxy);
  return fetchThrough(url, { ...options, dispatcher }) as unknown as Promise<Response>;
};

/** The proxy through which an address is asked for, if one is set for it. */
export function proxyOf({ protocol, hostname, port }: URL): string | undefined {
  const http = read('http_proxy');
  const proxy = protocol === 'https:' ? (read('https_proxy') ?? http) : http;
  if (proxy === undefined || /^(localhost|127\.[\d.]+|\[::1\])$/.test(hostname)) return undefined;
  const own = port || (protocol === 'https:' ? '443' : '80');
  const isFor = (entry: string) => {
    const [, host, only] = /^(.*?)(?::(\d+))?$/.exec(entry)!;
    if (only !== undefined && only !== own) return false;
    const name = host.replace(/^\*?\./, '').toLowerCase();
    return host === '*' || hostname === name || hostname.endsWith(`.${name}`);
  };
  const exceptions = (read('no_proxy') ?? '').split(/[\s,]+/).filter(Boolean);
  return exceptions.some(isFor) ? undefined : address(proxy);
}

const read = (name: string) =>
  (process.env[name] ?? process.env[name.toUpperCase()])?.trim() || undefined;

/** With http:// before it where it names none, as curl takes it. */
function address(text: string): string {
  const whole = /^\w+:\/\//.test(text) ? text : `http://${text}`;
  if (URL.canParse(whole) && /^https?:$/.test(new URL(whole).protocol)) return whole;
  throw new DownloadError(
    `The proxy ${withoutPassword(text)} is no address of http. Set HTTPS_PROXY to one such as http://proxy.example.org:3128, or unset it.`,
  );
}

const withoutPassword = (text: string) => text.replace(/\/\/[^@/]*@/, '//');
