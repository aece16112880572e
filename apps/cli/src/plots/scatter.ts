import type { Errors } from '../evaluation/errors.ts';
import { renderSvg } from './render.ts';

/** Predicted against true numbers; the line is where both are equal. */
export function scatterSvg(
  { truth, predicted }: Errors,
  name: string,
  title: string,
  subtitle: string,
): Promise<string> {
  const values = truth.map((value, i) => ({ truth: value, predicted: predicted[i]! }));
  const all = [...truth, ...predicted];
  const ends = [Math.min(...all), Math.max(...all)].map((value) => ({ truth: value, predicted: value }));
  const axis = (field: string, axisTitle: string) => ({
    field,
    type: 'quantitative' as const,
    title: axisTitle,
    scale: { zero: false },
  });
  return renderSvg({
    title: { text: title, subtitle },
    width: 380,
    height: 380,
    encoding: { x: axis('truth', `True ${name}`), y: axis('predicted', `Predicted ${name}`) },
    layer: [
      { data: { values: ends }, mark: { type: 'line', color: '#888', strokeDash: [4, 4] } },
      { data: { values }, mark: { type: 'point', filled: true, size: 40, opacity: 0.6, color: '#0072b2' } },
    ],
  });
}
