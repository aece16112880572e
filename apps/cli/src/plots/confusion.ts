import type { Confusion } from '../evaluation/confusion.ts';
import { renderSvg } from './render.ts';

const SMALLEST_STEP = 44;

/** A confusion matrix as a heat map: counts as numbers, their share of the true class as colour. */
export function confusionSvg(
  matrix: Confusion,
  classes: readonly string[],
  title: string,
  subtitle: string,
): Promise<string> {
  const values = matrix.flatMap((row, truth) => {
    const support = row.reduce((sum, count) => sum + count, 0);
    return row.map((count, predicted) => ({
      truth: classes[truth],
      predicted: classes[predicted],
      count,
      share: support === 0 ? 0 : count / support,
    }));
  });
  const axis = (field: string, axisTitle: string) => ({
    field,
    type: 'nominal' as const,
    title: axisTitle,
    sort: [...classes],
    axis: { labelAngle: 0, ticks: false, domain: false },
  });
  const step = Math.max(SMALLEST_STEP, 7 * Math.max(...classes.map((name) => name.length)) + 8);
  return renderSvg({
    title: { text: title, subtitle },
    data: { values },
    width: { step },
    height: { step: SMALLEST_STEP },
    encoding: { x: axis('predicted', 'Predicted class'), y: axis('truth', 'True class') },
    layer: [
      {
        mark: { type: 'rect', stroke: '#e0e0e0', strokeWidth: 1 },
        encoding: {
          color: {
            field: 'share',
            type: 'quantitative',
            title: ['Share of the', 'true class'],
            // A root makes few mistakes visible beside many right answers.
            scale: { range: ['#ffffff', '#0b4f95'], interpolate: 'lab', domain: [0, 1], type: 'pow', exponent: 0.4 },
            legend: { format: '.0~%', values: [0, 0.01, 0.1, 0.5, 1], gradientLength: 200 },
          },
        },
      },
      {
        transform: [{ filter: 'datum.count > 0' }],
        mark: { type: 'text', fontSize: 12 },
        encoding: {
          text: { field: 'count', type: 'quantitative', format: ',' },
          color: { condition: { test: 'datum.share > 0.25', value: 'white' }, value: '#222' },
        },
      },
    ],
  });
}
