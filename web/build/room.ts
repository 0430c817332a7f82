import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { transform } from 'esbuild';
import type { Plugin } from 'vite';

/**
 * The room of the check page, one file beside it: its script stands in it, and its policy allows that script,
 * the code that is handed in as a blob, and nothing else. A frame with its own policy takes none from the page.
 */
export const room = (source: string): Plugin => ({
  name: 'handgrad-room',
  apply: 'build',
  async generateBundle() {
    const typed = await readFile(source, 'utf8');
    const { code } = await transform(typed, {
      loader: 'ts',
      minify: true,
      target: 'es2023',
      format: 'iife',
    });
    const script = code.trim();
    const hash = createHash('sha256').update(script).digest('base64');
    const policy = `default-src 'none'; script-src 'sha256-${hash}' blob: 'wasm-unsafe-eval'; worker-src blob:; form-action 'none'; base-uri 'none'; require-trusted-types-for 'script'; trusted-types handgrad`;
    this.emitFile({
      type: 'asset',
      fileName: 'check/room.html',
      source: `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<title>Where the code runs</title>
</head>
<body>
<script>${script}</script>
</body>
</html>
`,
    });
  },
});
