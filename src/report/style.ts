type Theme = Readonly<Record<string, string>>;

/** What every page of handgrad has. */
const light = {
  back: '#ffffff',
  card: '#ffffff',
  text: '#1a1f26',
  quiet: '#5a6572',
  line: '#d7dde4',
  code: '#f3f5f8',
  right: '#17693a',
  'right-back': '#e6f4ea',
  wrong: '#a3161f',
  'wrong-back': '#fdeaea',
} as const;

const dark: Record<keyof typeof light, string> = {
  back: '#11161d',
  card: '#171d26',
  text: '#e4e9ef',
  quiet: '#9aa6b4',
  line: '#313b48',
  code: '#0c1117',
  right: '#6fd394',
  'right-back': '#12291c',
  wrong: '#ff8f8f',
  'wrong-back': '#331619',
};

/** What graphs, paths and contour lines have, and the ink on the low and the high of a table. */
const marks = {
  light: {
    forward: '#0b63ad',
    backward: '#b42318',
    path: '#c2410c',
    contour: '#1a1f2640',
    'on-low': '#1a1f26',
    'on-high': '#ffffff',
  },
  dark: {
    forward: '#6db3f2',
    backward: '#ff8f8f',
    path: '#ffb066',
    contour: '#e4e9ef40',
    'on-low': '#e4e9ef',
    'on-high': '#11161d',
  },
};

/** Colours of classes and of series, as far apart for colour-blind readers as eight can be. */
const series = {
  light: ['#0b6bb8', '#c8501e', '#12805c', '#8a4fa8', '#946200', '#b5386d', '#007c89', '#55606c'],
  dark: ['#5aa9ef', '#f0885a', '#4cc095', '#c193e6', '#e0b44a', '#f07ba8', '#45c4d0', '#a3aeba'],
};

/** The lowest and the highest of a surface and of a table; between 4 and 5 the ink changes. */
const heights = {
  light: ['#f2f7fc', '#9fc6e8', '#3272aa', '#0d3b66'],
  dark: ['#18222e', '#2a5076', '#6aa5da', '#d6eafb'],
};

/** How many colours there are from low to high. */
export const levels = 10;

/** The colours of the charts in a theme. */
function chartColours(theme: 'light' | 'dark', back: string): Theme {
  const strong = series[theme];
  const [a, b, c, d] = heights[theme];
  const steps = levels / 2;
  const between = (from: string, to: string) =>
    Array.from({ length: steps }, (_, i) => mix(from, to, i / (steps - 1)));
  const regions = strong.map((colour) => mix(back, colour, 0.24));
  return {
    ...marks[theme],
    ...numbered('series', strong, 1),
    ...numbered('region', regions, 1),
    ...numbered('level', [...between(a, b), ...between(c, d)], 0),
  };
}

/** The colours of both themes as the variables of CSS; paper is light. */
const variables = (light: Theme, dark: Theme): string => {
  const rule = (theme: Theme) =>
    `:root{${Object.entries(theme)
      .map(([name, colour]) => `--${name}:${colour}`)
      .join(';')}}`;
  return `${rule(light)}
@media screen and (prefers-color-scheme:dark){${rule(dark)}}`;
};

const numbered = (name: string, list: readonly string[], first: number): Theme =>
  Object.fromEntries(list.map((colour, i) => [`${name}-${first + i}`, colour]));

/** From one colour a share of the way to another, each #rrggbb. */
function mix(from: string, to: string, share: number): string {
  const parts = (colour: string) =>
    [1, 3, 5].map((i) => Number.parseInt(colour.slice(i, i + 2), 16));
  const b = parts(to);
  const mixed = parts(from).map((value, i) => Math.round(value + share * (b[i] - value)));
  return `#${mixed.map((value) => value.toString(16).padStart(2, '0')).join('')}`;
}

/** The colours and the type of every page of handgrad, on a screen light or dark, and on paper. */
export const baseStyle = `
${variables(light, dark)}
*{box-sizing:border-box}
body{margin:0 auto;max-width:70rem;padding:1.5rem 1rem 3rem;background:var(--back);color:var(--text);
font:16px/1.5 system-ui,sans-serif;overflow-wrap:anywhere}
h1{font-size:1.5rem;line-height:1.25;margin:0 0 1rem}
h2{font-size:1.15rem;margin:2.25rem 0 .75rem}
h3{font-size:1rem;margin:0 0 .5rem}
p{margin:.35rem 0}
.quiet,figcaption,small,footer{color:var(--quiet)}
.quiet,figcaption,footer{font-size:.875rem;font-weight:400}
code,dd{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}
pre{margin:.5rem 0;padding:.6rem .8rem;border-radius:.35rem;background:var(--code)}
.verdict{margin:0;padding:.9rem 1rem;border-radius:.5rem;border-left:.35rem solid;font-size:1.1rem}
.verdict.right{background:var(--right-back);border-color:var(--right)}
.verdict.wrong{background:var(--wrong-back);border-color:var(--wrong)}
.right>strong,.badge.right{color:var(--right)}
.wrong>strong,.badge.wrong{color:var(--wrong)}
article{border:1px solid var(--line);border-radius:.5rem;padding:.9rem 1rem;background:var(--card);break-inside:avoid;min-width:0}
dl{margin:.6rem 0;font-size:.875rem}
dl div{display:flex;justify-content:space-between;gap:1rem;border-top:1px solid var(--line);padding:.15rem 0}
dt{color:var(--quiet)}
dd{margin:0}
footer{margin-top:2.25rem;padding-top:.75rem;border-top:1px solid var(--line)}
@media print{body{max-width:none;padding:0;font-size:12px}.verdict,svg,pre{print-color-adjust:exact;-webkit-print-color-adjust:exact}}
`;

/** The pages that `page.ts` makes. */
export const pageStyle = `${baseStyle}
${variables(chartColours('light', light.back), chartColours('dark', dark.back))}
body{max-width:76rem}
h1{font-size:1.9rem;letter-spacing:-.01em}
h2{font-size:1.45rem;margin:3rem 0 .75rem;padding-top:.75rem;border-top:1px solid var(--line);scroll-margin-top:.5rem}
h3{font-size:1.1rem;margin:2rem 0 .5rem}
p{margin:.6rem 0}
a{color:var(--forward)}
.intro,section>p,section>ul{max-width:44rem}
p code,td code,li code{padding:.1em .3em;border-radius:.25rem;background:var(--code);font-size:.9em}
nav ol{margin:.5rem 0;padding-left:1.4rem}
nav li{margin:.25rem 0}
nav a{text-decoration:none}
nav a:hover{text-decoration:underline}
.verdict{margin:1rem 0;font-size:1rem}
.equations{margin:1rem 0;padding:.6rem 1rem;border-left:.2rem solid var(--line);overflow-x:auto}
math{font:1.1em "Cambria Math","STIX Two Math","Latin Modern Math","DejaVu Math TeX Gyre",math}
mtable[columnalign^=right]>mtr>mtd{text-align:right;padding-inline:0}
mtable[columnalign^=left]>mtr>mtd,mtable[columnalign^=right]>mtr>mtd:nth-child(even){text-align:left}
.equations math{display:block;margin:.5rem 0;text-align:left;width:max-content}
figure{margin:1.25rem 0;min-width:0;break-inside:avoid}
figcaption{margin:0 0 .5rem;color:var(--text);font-weight:600;font-size:.95rem}
.drawing{overflow-x:auto}
.chart{display:block;width:100%;max-width:34rem;height:auto}
article h3{margin-top:0}
article .title{margin:0 0 .5rem;font-size:1.1rem;font-weight:600}
dt{flex:none}
dd{min-width:0;text-align:right}
.beside{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,25rem),1fr));gap:0 2rem;align-items:start}
.listing{margin:1rem 0;padding:.8rem 1rem;font-size:.8125rem;line-height:1.5;overflow-x:auto;white-space:pre;overflow-wrap:normal;tab-size:2}
.table{margin:1rem 0;overflow-x:auto}
table{border-collapse:collapse;font-size:.9rem;font-variant-numeric:tabular-nums;overflow-wrap:normal}
caption{text-align:left;font-weight:600;padding-bottom:.5rem;font-size:.95rem}
table{width:max-content}
th,td{max-width:24rem;padding:.3rem .75rem .3rem 0;text-align:left;vertical-align:top;border-bottom:1px solid var(--line)}
th{color:var(--quiet);font-weight:600}
thead th{vertical-align:bottom;border-bottom-width:2px}
.numeric{text-align:right;white-space:nowrap}
.confusion th,.confusion td{padding:.15rem .3rem;text-align:center;vertical-align:middle;border:1px solid var(--back);font-size:.8125rem;min-width:1.6rem}
.confusion tbody td{color:var(--quiet);background:var(--code)}
.confusion th{color:var(--text);font-weight:400}
.confusion tbody th{position:sticky;left:0;text-align:right;background:var(--back);padding-right:.6rem;white-space:nowrap}
.confusion thead th,.confusion thead td{vertical-align:bottom;border-bottom:0;padding-bottom:.4rem}
.confusion thead td{color:var(--quiet);text-align:right;padding-right:.6rem;max-width:8rem}
.confusion thead span{writing-mode:vertical-rl;transform:rotate(180deg);white-space:nowrap}
.confusion.lying thead span{writing-mode:inherit;transform:none}
.confusion.roomy td{padding:.4rem .5rem;min-width:3.6rem;font-size:.95rem}
.confusion.roomy thead td{font-size:.8125rem;min-width:0}
.confusion small{display:block;color:inherit;font-size:.75rem;white-space:nowrap}
.gallery{display:grid;grid-template-columns:repeat(auto-fill,minmax(8rem,1fr));gap:1rem;margin:0;padding:0;list-style:none}
.gallery li{min-width:0;font-size:.8125rem;line-height:1.35;break-inside:avoid}
.gallery img{display:block;width:100%;height:auto;margin-bottom:.35rem;border-radius:.25rem;outline:1px solid var(--line);image-rendering:pixelated}
.gallery span{display:block;color:var(--quiet)}
.gallery span:first-of-type{color:var(--text)}
.hljs-comment,.hljs-quote{color:var(--quiet);font-style:italic}
.hljs-keyword,.hljs-built_in,.hljs-literal{color:var(--series-4)}
.hljs-string,.hljs-regexp{color:var(--series-3)}
.hljs-number,.hljs-type{color:var(--series-5)}
.hljs-title,.hljs-attr{color:var(--series-1)}
@media (min-width:64rem){
.columns{display:grid;grid-template-columns:13rem minmax(0,1fr);gap:3rem}
.columns>nav{position:sticky;top:1.5rem;align-self:start;max-height:calc(100vh - 3rem);overflow-y:auto;font-size:.9rem}
main>section:first-child>h2{margin-top:0;border-top:0;padding-top:0}
}
@media print{nav{display:none}.columns{display:block}.listing{white-space:pre-wrap}section{break-before:page}h1{font-size:1.5rem}}
`;
