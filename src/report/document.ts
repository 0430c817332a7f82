import { type Html, html, styleSheet } from './html.js';

/**
 * What a report may do: nothing. It has no script, loads nothing, and goes nowhere; its pictures are data in
 * it and its style stands in it. A browser holds that too, should anything ever be in it that is not ours.
 */
const policy =
  "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; base-uri 'none'; require-trusted-types-for 'script'; trusted-types 'none'";

/**
 * One HTML file that needs nothing else: no network, no script, not even an icon that a browser would
 * ask for. `title` is anyone's text; `style` is CSS.
 */
export function htmlDocument({
  title,
  style,
  body,
}: {
  readonly title: string;
  readonly style: string;
  readonly body: Html;
}): string {
  return html`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,">
<title>${title}</title>
${styleSheet(style)}
</head>
<body>
${body}
</body>
</html>
`.toString();
}
