// Writes docs/layers.md from the docstrings of the layers: npm run docs:layers

import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as layers from '../src/core/layers.js';

const root = new URL('../', import.meta.url);
const read = (path: string) => readFileSync(fileURLToPath(new URL(path, root)), 'utf8');

/** The order in which a reader meets them. */
const chapters: Readonly<Record<string, readonly string[]>> = {
  'Every unit sees every input': ['dense'],
  Pictures: [
    ...['conv2d', 'depthwiseConv2d', 'maxPool2d', 'averagePool2d', 'globalAveragePool2d'],
    'upSampling2d',
  ],
  'Where layouts meet': ['flatten', 'reshape', 'rescaling', 'normalization', 'zeroPadding2d'],
  Normalization: ['batchNorm', 'layerNorm', 'rmsNorm', 'groupNorm'],
  Noise: ['dropout', 'gaussianNoise'],
  Sequences: ['embedding', 'positionalEmbedding', 'simpleRnn', 'gru', 'lstm'],
  Attention: ['selfAttention', 'transformerBlock'],
  'Layers of layers': ['sequential', 'residual'],
};

/** The page as Markdown. @throws Error if a layer is in no chapter, or has no docstring. */
export function layersPage(): string {
  const listed = Object.values(chapters).flat();
  const missing = Object.keys(layers).filter((kind) => !listed.includes(kind));
  if (missing.length > 0)
    throw new Error(`docs/layers.md has no chapter for ${missing.join(', ')}`);
  const { layers: cases } = JSON.parse(read('__tests__/goldens/layers.json')) as {
    layers: readonly { readonly kind: string }[];
  };
  const section = (kind: string) => {
    const goldens = cases.filter((one) => one.kind === kind).length;
    const { equations, words } = docstringOf(kind);
    const proof =
      goldens > 0
        ? `${goldens} cases of PyTorch's in double precision`
        : 'loops, formulas and differences';
    return [
      `### ${kind}`,
      ...(equations ? [`\`\`\`\n${equations}\n\`\`\``] : []),
      ...words,
      `[core/layers/${fileOf(kind)}](../src/core/layers/${fileOf(kind)}), held to ${proof} in [its test](../__tests__/core/layers/${testOf(kind)}).`,
    ].join('\n\n');
  };
  return [
    '# Layers',
    intro,
    ...Object.entries(chapters).map(([title, kinds]) =>
      [`## ${title}`, ...kinds.map(section)].join('\n\n'),
    ),
    '',
  ]
    .join('\n\n')
    .replace(/\n+$/, '\n');
}

const intro = `A network is \`network({ input, layers, loss })\`. Each layer is made by the function of its name, with the options of Keras in camel case, and lives in one file with its forward and backward steps side by side. This page is written from the docstrings of those files (\`npm run docs:layers\`).

Samples of shape [n] are the columns of a matrix (n, m); those of any longer shape come first, as in pictures (m, n_H, n_W, n_C) and sequences (m, T, d). dY and dX are gradients per sample; dW, db and the like are means over the m samples. Layers with parameters are numbered: W1, b1, W2, …; inside a block that is layer 3 they are W3.1, b3.1, W3.2, …. Activations are layers too: \`relu\` between two layers, \`dense(20, relu)\` as short form, \`leakyRelu(0.2)\` with options.

\`forward(X, { params, training, noise, state })\` gives \`{ Y, cache, updated, state }\`, and \`backward(dY, given, cache)\` gives \`{ dX(), grads }\`. Both are pure, so that a step through them can be checked, recorded and resumed. A layer of your own is an object with the same members ([core/layer.ts](../src/core/layer.ts)); mark its functions with \`pure\` to have its steps recorded. [Export and import](export.md) lists which formats of other tools have which layer; handgrad's own folder, npz and safetensors hold them all.`;

const fileOf = (kind: string) => (kind === 'reshape' ? 'flatten.ts' : `${kind}.ts`);
const testOf = (kind: string) => fileOf(kind).replace('.ts', '.test.ts');

/** The docstring above a layer's function: its equations, and the paragraphs around them. */
function docstringOf(kind: string) {
  const source = read(`src/core/layers/${fileOf(kind)}`);
  const before = source.slice(0, source.search(new RegExp(`export (function|const) ${kind}\\b`)));
  const comments = [...before.matchAll(/\/\*\*([\s\S]*?)\*\//g)];
  const text = comments
    .at(-1)?.[1]
    .replace(/^\s*\* ?/gm, '')
    .trim();
  if (!text) throw new Error(`${kind} has no docstring`);
  const paragraphs = text.split(/\n\s*\n/).filter((paragraph) => !paragraph.startsWith('@'));
  const isEquation = (paragraph: string) => /^[^.:]{0,60} = /m.test(paragraph);
  const last = paragraphs.findLastIndex(isEquation);
  return {
    equations: last < 0 ? undefined : paragraphs.slice(0, last + 1).join('\n\n'),
    words: paragraphs.slice(last + 1).map((paragraph) => paragraph.replace(/\s*\n\s*/g, ' ')),
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(fileURLToPath(new URL('docs/layers.md', root)), layersPage());
}
