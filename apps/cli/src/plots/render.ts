import type { TopLevelSpec } from 'vega-lite';

/** Fonts, sizes and colours that all plots share. */
const STYLE: NonNullable<TopLevelSpec['config']> = {
  background: 'white',
  font: 'Helvetica, Arial, "DejaVu Sans", sans-serif',
  title: { fontSize: 15, fontWeight: 600, anchor: 'start', offset: 12, subtitleFontSize: 12, subtitleColor: '#555' },
  axis: {
    labelFontSize: 11,
    titleFontSize: 12,
    titleFontWeight: 'normal',
    titlePadding: 8,
    gridColor: '#e6e6e6',
    domainColor: '#888',
    tickColor: '#888',
  },
  legend: { labelFontSize: 12, titleFontSize: 12, symbolSize: 120 },
  view: { stroke: null },
};

/** A Vega-Lite description as an SVG image. Vega is loaded when the first plot is drawn: it takes a moment. */
export async function renderSvg(spec: TopLevelSpec): Promise<string> {
  const [{ compile }, { parse, View }] = await Promise.all([import('vega-lite'), import('vega')]);
  const styled: TopLevelSpec = { padding: 16, ...spec, config: STYLE };
  const view = new View(parse(compile(styled).spec), { renderer: 'none' });
  try {
    return await view.toSVG();
  } finally {
    view.finalize();
  }
}
