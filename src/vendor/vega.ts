import * as vega from 'vega';

/** Vega exports it, and its types do not know. */
const { textMetrics } = vega as unknown as {
  textMetrics: { width: (item: { fontSize?: number }, text: unknown) => number };
};

export { type Mark, parse, type Spec, View } from 'vega';
export { type Config, compile, type TopLevelSpec } from 'vega-lite';
export { textMetrics };
