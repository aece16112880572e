import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expectClose, runner, SETTINGS, values } from './harness.ts';
import { KERNELS, planResize, planResizeGradient, type ResizeShape } from './kernels.ts';
import { flat, indices } from './naive.ts';

/** Weight of input cell `cell` in output place `i` of one axis. */
function weight(mode: ResizeShape['mode'], cells: number, places: number, i: number, cell: number): number {
  const centre = ((i + 0.5) * cells) / places;
  if (mode === 'nearest') return Number(Math.floor(centre) === cell);
  const point = Math.min(Math.max(centre - 0.5, 0), cells - 1);
  return Math.max(0, 1 - Math.abs(point - cell));
}

function check(run: ReturnType<typeof runner>, shape: ResizeShape): void {
  const { batch, input, output, channels, mode } = shape;
  const size = (sizes: readonly number[]): number => sizes.reduce((a, b) => a * b, batch * channels);
  const [x, dy] = [values(size(input), 1), values(size(output), 2)];
  const [y, dx] = [new Float32Array(dy.length), new Float32Array(x.length).fill(7)];
  const [yTruth, dxTruth] = [new Float64Array(y.length), new Float64Array(x.length)];
  for (const place of indices(output)) {
    for (const cell of indices(input)) {
      const share = input.reduce((w, cells, i) => w * weight(mode, cells, output[i]!, place[i]!, cell[i]!), 1);
      if (share === 0) continue;
      for (const [image, channel] of indices([batch, channels]) as Iterable<readonly [number, number]>) {
        const to = flat([image, ...place, channel], [batch, ...output, channels]);
        const from = flat([image, ...cell, channel], [batch, ...input, channels]);
        yTruth[to]! += share * x[from]!;
        dxTruth[from]! += share * dy[to]!;
      }
    }
  }
  run(planResize(shape), { x, y });
  expectClose(y, yTruth);
  run(planResizeGradient(shape), { dy, dx });
  expectClose(dx, dxTruth);
}

const shapes: fc.Arbitrary<ResizeShape> = fc
  .record({
    axes: fc.array(fc.tuple(fc.integer({ min: 1, max: 7 }), fc.integer({ min: 1, max: 9 })), {
      minLength: 1,
      maxLength: 3,
    }),
    batch: fc.integer({ min: 0, max: 3 }),
    channels: fc.integer({ min: 1, max: 23 }),
    mode: fc.constantFrom('nearest' as const, 'bilinear' as const),
  })
  .map(({ axes, ...rest }) => ({
    ...rest,
    input: axes.map(([cells]) => cells),
    output: axes.map(([, places]) => places),
  }));

describe.each(SETTINGS)('resize, relaxed: $relaxed', (options) => {
  const run = runner(KERNELS, options);

  it('and its gradient agree with the weights of half-pixel centres', () => {
    fc.assert(
      fc.property(shapes, (shape) => check(run, shape)),
      { numRuns: 100 },
    );
  });

  it('doubles a row by hand', () => {
    const y = new Float32Array(4);
    run(planResize({ batch: 1, input: [2], output: [4], channels: 1, mode: 'bilinear' }), {
      x: new Float32Array([0, 4]),
      y,
    });
    expect([...y]).toEqual([0, 1, 3, 4]);
  });
});
