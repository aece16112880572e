// The geometry of a live loss curve: scales, ticks and paths, without a document.

/** One point of a curve: step and loss. */
export type Point = readonly [number, number];

/** From data to the plot's pixels. */
export interface Scale {
  readonly x: (step: number) => number;
  readonly y: (loss: number) => number;
}

/** The area inside the axes, in pixels. */
export interface Frame {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Round numbers from 0 up to at least `most`, about `count` of them. */
export function ticks(most: number, count: number): number[] {
  if (!(most > 0)) return [0, 1];
  const raw = most / count;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 2.5, 5, 10].map((factor) => factor * power).find((candidate) => candidate >= raw * 0.999)!;
  return Array.from({ length: Math.ceil(most / step - 1e-9) + 1 }, (_, i) => Number((i * step).toPrecision(6)));
}

/** Linear scales: steps from 0 to `steps`, losses from 0 (below) to `top` (above). */
export function scaleOf({ left, top, width, height }: Frame, steps: number, most: number): Scale {
  return {
    x: (step) => left + (width * step) / Math.max(1, steps),
    y: (loss) => top + height * (1 - Math.min(loss, most) / most),
  };
}

/** An SVG path through points. */
export function pathOf(points: readonly Point[], { x, y }: Scale): string {
  return points.map(([step, loss], i) => `${i === 0 ? 'M' : 'L'}${x(step).toFixed(1)} ${y(loss).toFixed(1)}`).join('');
}

/** An exponential moving average that is not drawn to 0 at the start. */
export function smoothed(points: readonly Point[], keep: number = 0.8): Point[] {
  let mean = 0;
  let weight = 0;
  return points.map(([step, loss]) => {
    mean = keep * mean + (1 - keep) * loss;
    weight = keep * weight + (1 - keep);
    return [step, mean / weight] as const;
  });
}
