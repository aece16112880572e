import type { CurvePoint } from '../training/recorder.ts';
import type { Score } from '../training/watch.ts';
import { renderSvg } from './render.ts';

/** The course of a training. */
export interface Curves {
  readonly title: string;
  readonly score: Score;
  /** What samples are called: images, rows. */
  readonly noun: string;
  /** Along the epochs, on training data. */
  readonly training: readonly CurvePoint[];
  /** After each epoch, on all test samples. */
  readonly validation: readonly CurvePoint[];
}

/** Blue and vermilion of Okabe and Ito's palette: apart for every kind of colour vision. */
const COLOURS = { training: '#0072b2', validation: '#d55e00' } as const;

/** Loss and score over the epochs, side by side. */
export function curvesSvg({ title, score, noun, training, validation }: Curves): Promise<string> {
  const values = [
    ...training.map((point) => ({ ...point, data: 'training' })),
    ...validation.map((point) => ({ ...point, data: 'validation' })),
  ];
  const color = {
    field: 'data',
    type: 'nominal' as const,
    title: null,
    scale: { domain: Object.keys(COLOURS), range: Object.values(COLOURS) },
    legend: { orient: 'bottom' as const, direction: 'horizontal' as const },
  };
  const panel = (field: string, axisTitle: string, format: string, zero: boolean) => ({
    width: 380,
    height: 260,
    encoding: {
      x: {
        field: 'epoch',
        type: 'quantitative' as const,
        title: 'Epoch',
        scale: { domainMin: 0, nice: false },
        axis: { values: epochTicks(values), format: '~g', grid: false },
      },
      y: { field, type: 'quantitative' as const, title: axisTitle, axis: { format }, scale: { zero } },
      color,
    },
    layer: [
      { mark: { type: 'line' as const, strokeWidth: 2 } },
      {
        transform: [{ filter: "datum.data === 'validation'" }],
        mark: { type: 'point' as const, filled: true, size: 70, opacity: 1 },
      },
    ],
  });
  return renderSvg({
    title: {
      text: title,
      subtitle: `Training: mean over the batches since the previous point. Validation: all test ${noun}, after each epoch.`,
    },
    data: { values },
    spacing: 40,
    hconcat: [
      panel('loss', score.lossTitle, '.2~f', true),
      panel(score.metric, score.title, score.format, score.metric !== 'accuracy'),
    ],
  });
}

/** Halves of epochs for short trainings, else about ten whole ones. */
function epochTicks(points: readonly { readonly epoch: number }[]): number[] {
  const last = Math.max(...points.map(({ epoch }) => epoch));
  const step = last <= 3 ? 0.5 : Math.ceil(last / 10);
  return Array.from({ length: Math.floor(last / step) + 1 }, (_, i) => i * step);
}
