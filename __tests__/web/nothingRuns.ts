import type { Browser, BrowserContext, Page } from 'playwright-core';

/** Elements and attributes that none of our pages has: were one there, a text became markup. */
const strangers =
  'iframe:not([sandbox="allow-scripts"]),object,embed,base,marquee,x-hole,audio,template,textarea,plaintext,use,animate,foreignObject,mglyph,frame,[popover],[srcdoc],[action],[href^="javascript:" i],[src="x"],link[rel~=prefetch]';

/** A page, and what happened in it that should not have. */
export interface Watched {
  readonly page: Page;
  /** What ran, left or came to be in the page, until now. */
  faults(): Promise<string[]>;
}

/**
 * A page that tells whatever runs in it. Without the policy of the page, so that it is the escaping alone
 * that holds; or with it.
 */
export async function watched(
  browser: Browser,
  { withPolicy = false }: { readonly withPolicy?: boolean } = {},
): Promise<Watched> {
  const context: BrowserContext = await browser.newContext({
    bypassCSP: !withPolicy,
    viewport: { width: 1280, height: 900 },
  });
  const page = await context.newPage();
  const happened: string[] = [];
  let main = '';
  page.on('dialog', (dialog) => {
    happened.push(`a dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  context.on('page', (other) => happened.push(`a window: ${other.url()}`));
  page.on('request', (request) => {
    const url = request.url();
    if (!/^(data|blob|file):/.test(url) && new URL(url).hostname !== '127.0.0.1') {
      happened.push(`a request: ${url.slice(0, 80)}`);
    }
  });
  page.on('framenavigated', (frame) => {
    const path = frame.url().split(/[?#]/)[0];
    if (frame !== page.mainFrame()) return;
    if (main !== '' && path !== main) happened.push(`it went to ${path}`);
  });
  page.on('load', () => {
    main = page.url().split(/[?#]/)[0];
  });
  return {
    page,
    async faults() {
      main = '';
      const found = await page.evaluate(lookFor, strangers).catch(() => ['it went away']);
      return [...happened, ...found];
    },
  };
}

function lookFor(strangers: string): string[] {
  const { ran } = window as { ran?: number };
  const isOurs = ({ src, type }: HTMLScriptElement) =>
    type === 'module' && new URL(src, location.href).origin === location.origin && src !== '';
  return [
    ...(ran === undefined ? [] : [`${ran} scripts ran`]),
    ...[...document.querySelectorAll(strangers)].map((element) => element.outerHTML),
    ...[...document.querySelectorAll('*')]
      .filter((element) => [...element.attributes].some(({ name }) => /^on/i.test(name)))
      .map((element) => element.outerHTML),
    ...[...document.scripts].filter((script) => !isOurs(script)).map((s) => s.outerHTML),
  ].map((fault) => fault.slice(0, 120));
}
