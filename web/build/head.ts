import type { Plugin } from 'vite';
import { pageStyle } from '../../src/report/style.js';

/** The pages, by the folder that they lie in. */
const pages = { playground: 'Playground', check: 'Check', classify: 'Classify' } as const;

/*
 * Nothing comes from elsewhere and nothing goes elsewhere; no script runs but the built ones, and markup gets
 * into a page at one place, by the policy for trusted types that web/shared/trusted.ts makes.
 */
const common: Readonly<Record<string, string>> = {
  'default-src': "'none'",
  'style-src': "'self' 'unsafe-inline'",
  'img-src': 'data:',
  'object-src': "'none'",
  'form-action': "'none'",
  'base-uri': "'none'",
  'require-trusted-types-for': "'script'",
  'trusted-types': "'none'",
};

/** What a page needs beyond that: WebAssembly, pictures that are chosen, a worker, a frame for anyone's code. */
const more: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  playground: {
    'script-src': "'self' 'wasm-unsafe-eval'",
    'connect-src': "'self' data:",
    'trusted-types': 'handgrad',
  },
  check: {
    'script-src': "'self'",
    'connect-src': "'self'",
    'frame-src': "'self'",
    'trusted-types': 'handgrad',
  },
  classify: {
    'script-src': "'self' 'wasm-unsafe-eval'",
    'connect-src': "'self'",
    'worker-src': "'self'",
    'img-src': 'blob: data:',
    'media-src': 'blob:',
    'trusted-types': 'handgrad',
  },
};

const policyOf = (folder: string): string =>
  Object.entries({ ...common, ...more[folder] })
    .map(([directive, sources]) => `${directive} ${sources}`)
    .join('; ');

/** The folder of a page; '' for the first one. */
const folderOf = (path: string): string => path.split('/').at(-2) ?? '';

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
                  attrs: {
                    'http-equiv': 'Content-Security-Policy',
                    content: policyOf(folderOf(path)),
                  },
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
  const here = folderOf(path);
  const up = here === '' ? './' : '../';
  const links = Object.entries(pages).map(
    ([folder, name]) =>
      `<li><a href="${up}${folder}/index.html"${folder === here ? ' aria-current="page"' : ''}>${name}</a></li>`,
  );
  return `<nav class="site" aria-label="Pages"><a class="home" href="${up}index.html">handgrad</a><ul>${links.join('')}</ul></nav>`;
}
