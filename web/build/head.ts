import type { Plugin } from 'vite';
import { pageStyle } from '../../src/report/style.js';

/** The pages, by the folder that they lie in. */
const pages = { playground: 'Playground', check: 'Check', classify: 'Classify' } as const;

/*
 * Nothing comes from elsewhere and nothing goes elsewhere. WebAssembly is compiled, code that is typed
 * runs in a worker made of a blob, and a picture that is chosen is a blob too.
 */
const policy = [
  "default-src 'none'",
  "script-src 'self' blob: 'wasm-unsafe-eval'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "media-src 'self' blob:",
  "connect-src 'self' data: blob:",
  "worker-src 'self' blob:",
].join('; ');

/** Gives every page its head, the colours and the type of handgrad's reports, and the way to the other pages. */
export function head(): Plugin {
  return {
    name: 'handgrad-head',
    transformIndexHtml: {
      order: 'pre',
      handler: (html, { path, server }) => ({
        html: html.replace('<body>', `<body>\n${navigation(path)}`),
        tags: [
          { tag: 'meta', attrs: { charset: 'utf-8' }, injectTo: 'head-prepend' },
          // The server of `npm run web` talks with its pages, so it is only what is built that is closed.
          ...(server
            ? []
            : [
                {
                  tag: 'meta',
                  attrs: { 'http-equiv': 'Content-Security-Policy', content: policy },
                  injectTo: 'head-prepend' as const,
                },
              ]),
          {
            tag: 'meta',
            attrs: { name: 'viewport', content: 'width=device-width, initial-scale=1' },
            injectTo: 'head',
          },
          {
            tag: 'meta',
            attrs: { name: 'color-scheme', content: 'light dark' },
            injectTo: 'head',
          },
          { tag: 'link', attrs: { rel: 'icon', href: 'data:,' }, injectTo: 'head' },
          { tag: 'style', children: pageStyle, injectTo: 'head' },
        ],
      }),
    },
  };
}

function navigation(path: string): string {
  const here = path.split('/').at(-2) ?? '';
  const up = here === '' ? './' : '../';
  const links = Object.entries(pages).map(
    ([folder, name]) =>
      `<li><a href="${up}${folder}/index.html"${folder === here ? ' aria-current="page"' : ''}>${name}</a></li>`,
  );
  return `<nav class="site" aria-label="Pages"><a class="home" href="${up}index.html">handgrad</a><ul>${links.join('')}</ul></nav>`;
}
