import { baseStyle } from '../../report/style.js';
import { decades } from './heatMap.js';

type Colour = readonly [red: number, green: number, blue: number];

/** The scale at 1e-16, 1e-9, 1e-6 and 1: blue is rounding, amber doubtful, red wrong. */
const light: readonly [step: number, colour: Colour][] = [
  [0, [232, 240, 248]],
  [8, [118, 169, 212]],
  [9, [248, 214, 128]],
  [13, [217, 84, 43]],
  [16, [122, 14, 38]],
];
const dark: readonly [step: number, colour: Colour][] = [
  [0, [30, 42, 56]],
  [8, [56, 104, 150]],
  [9, [138, 100, 26]],
  [13, [226, 98, 48]],
  [16, [255, 196, 176]],
];

/** The colour of each decade, between the anchors in a straight line. */
function heat(anchors: readonly [number, Colour][]): string {
  return Array.from({ length: decades + 1 }, (_, step) => {
    const next = anchors.findIndex(([at]) => at >= step);
    const [to, b] = anchors[next];
    const [from, a] = anchors[Math.max(0, next - 1)];
    const share = to === from ? 0 : (step - from) / (to - from);
    const mixed = a.map((value, i) => Math.round(value + share * (b[i] - value)));
    return `.heat-${step}{fill:rgb(${mixed.join(' ')})}`;
  }).join('');
}

const colours = `
:root{--inherits:#7a5200;--inherits-back:#fdf3dc;--nan:#7a1fa2}
.heat-nan{fill:var(--nan)}
${heat(light)}
@media screen and (prefers-color-scheme:dark){
:root{--inherits:#f0c060;--inherits-back:#2d2410;--nan:#d08bf0}
${heat(dark)}
}`;

/** The style of `reportBody`, inside of it alone: the page around it keeps its own. */
export const reportStyle = `${colours}
.report{
& h3{display:flex;flex-wrap:wrap;gap:.25rem .6rem;align-items:baseline}
.number{white-space:nowrap}
.badge{margin-left:auto;font-size:.875rem}
.causes{margin:0;padding:0;list-style:none;counter-reset:cause}
.causes>li{border:1px solid var(--line);border-radius:.5rem;padding:.75rem 1rem;margin-bottom:.75rem;background:var(--card)}
.sentence{font-weight:600}
& pre{white-space:pre-wrap;font-size:1.05rem}
.chain{display:flex;flex-wrap:wrap;gap:.5rem 0;margin:0 0 .75rem;padding:0;list-style:none}
.chain li{position:relative;margin-right:1.5rem;padding:.2rem .6rem;border:1px solid var(--line);border-radius:1rem;white-space:nowrap;font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}
.chain li:not(:last-child)::after{content:"→";position:absolute;right:-1.55rem;width:1.5rem;text-align:center;color:var(--quiet);font-weight:400}
.chain small{font-family:system-ui,sans-serif}
.chain .end{border-style:dashed;color:var(--quiet)}
.link.right{border-color:var(--right)}
.link.wrong{border-color:var(--wrong);background:var(--wrong-back);color:var(--wrong);font-weight:600}
.link.wrong small{color:inherit}
.link.inherits{border-color:var(--inherits);background:var(--inherits-back)}
.link.inherits small{color:var(--inherits)}
.cards{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,20rem),1fr));gap:1rem}
& article.wrong{border-color:var(--wrong)}
& figure{margin:.75rem 0 0}
& figcaption{margin-top:.4rem}
& svg{display:block;shape-rendering:crispEdges}
.heat{max-width:100%;outline:1px solid var(--line)}
.halo,.worst{fill:none;stroke:var(--card);stroke-width:5px;vector-effect:non-scaling-stroke}
.worst{stroke:var(--text);stroke-width:2px}
.scale{max-width:28rem;margin-bottom:1rem;font-size:.875rem}
.scale>svg{width:100%;height:.9rem;outline:1px solid var(--line)}
.ticks{display:grid;grid-template-columns:repeat(17,minmax(0,1fr));margin:.2rem 0;white-space:nowrap}
.ticks span{grid-column:span 4}
.ticks span:last-child{grid-column:span 1}
.key{display:flex;align-items:center;gap:.5rem}
.key svg{width:.9rem;height:.9rem}
}
@media print{.report .chain li{print-color-adjust:exact;-webkit-print-color-adjust:exact}}
`;

/** The style of a page that is a report and nothing else. */
export const style = `${baseStyle}${reportStyle}`;
