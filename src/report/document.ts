import { escapeHtml } from './escape.js';

/**
 * One HTML file that needs nothing else: no network, no script, not even an icon that a browser would
 * ask for. `title` is anyone's text; `style` is CSS and `body` HTML.
 */
export function htmlDocument({
  title,
  style,
  body,
}: {
  readonly title: string;
  readonly style: string;
  readonly body: string;
}): string {
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,">
<title>${escapeHtml(title)}</title>
<style>${style}</style>
</head>
<body>
${body}
</body>
</html>
`;
}
