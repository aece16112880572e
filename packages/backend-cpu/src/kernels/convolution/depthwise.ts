import { type Expr, f32, f32x4, i32, madd, memory, select } from '../../wasm/index.ts';
import { min, offset } from '../arithmetic.ts';
import { GRID } from '../gather.ts';
import { defineKernel, type Kernel } from '../kernel.ts';
import { forEachChunk, forEachTap, forEachWindow, tapSteps } from '../windows.ts';

const DEPTHWISE = {
  channels: 'i32',
  weights: 'i32',
  /** Bytes from tap to tap along each axis. */
  weight0: 'i32',
  weight1: 'i32',
  weight2: 'i32',
  /** One float per channel, or address 0. */
  bias: 'i32',
  relu: 'i32',
} as const;

/**
 * Convolution of every channel with a kernel of its own. Also the input gradient, which is one per class of pixels.
 * Units are rows of the result.
 */
export const depthwise: Kernel<typeof GRID & typeof DEPTHWISE> = defineKernel(
  'depthwise',
  { ...GRID, ...DEPTHWISE },
  (f, p, { options }) => {
    const fused = madd(options.relaxed);
    const lower = f.let(f32x4.splat(select(p.relu, f32.const(0), f32.const(Number.NEGATIVE_INFINITY))));
    const reach = tapSteps(f, p);
    forEachWindow(f, p, p.begin, p.end, (window) => {
      const [first0, first1, first2] = window.first;
      const weights = f.let(offset(p.weights, first0, p.weight0));
      f.set(weights, offset(offset(weights, first1, p.weight1), first2, p.weight2));
      forEachChunk(f, p.channels, (at, chunk) => {
        const sums = Array.from({ length: chunk.vectors }, () => f.let(f32x4.const(0)));
        f.if(p.bias, () => {
          for (const [i, sum] of sums.entries()) f.set(sum, chunk.load(i32.add(p.bias, at), i));
        });
        const walks = [
          { start: i32.add(window.source, at), steps: reach },
          { start: i32.add(weights, at), steps: [p.weight0, p.weight1, p.weight2] },
        ] as const;
        forEachTap(f, window, walks, ([x, w]) => {
          for (const [i, sum] of sums.entries()) f.set(sum, fused(chunk.load(x!, i), chunk.load(w!, i), sum));
        });
        const target = f.let(i32.add(window.target, at));
        f.emit(...sums.map((sum, i) => chunk.store(target, f32x4.pmax(sum, lower), i)));
      });
    });
  },
);

const GRADIENT = {
  channels: 'i32',
  /** Rows of dy (the grid's target) there are, and how many one unit takes. */
  rows: 'i32',
  slice: 'i32',
  /** One gradient `[taps, channels]` per unit, `sliceBytes` apart. */
  dw: 'i32',
  sliceBytes: 'i32',
} as const;

/** Gradient of {@link depthwise} with respect to its weights; units are slices of rows, to be summed afterwards. */
export const depthwiseKernelGradient: Kernel<typeof GRID & typeof GRADIENT> = defineKernel(
  'depthwiseKernelGradient',
  { ...GRID, ...GRADIENT },
  (f, p, { options }) => {
    const fused = madd(options.relaxed);
    const pixel = f.let(i32.shl(p.channels, 2));
    const row = f.let(i32.mul(pixel, p.taps2));
    const plane = f.let(i32.mul(row, p.taps1));
    const reach = tapSteps(f, p);
    f.for(p.begin, p.end, 1, (unit) => {
      const dw = f.let(offset(p.dw, unit, p.sliceBytes));
      f.emit(memory.fill(dw, 0, p.sliceBytes));
      const begin = f.let(i32.mul(unit, p.slice));
      const end = f.let(i32.add(begin, p.slice));
      forEachWindow(f, p, begin, min(end, p.rows), (window) => {
        const [first0, first1, first2] = window.first;
        const start = f.let(offset(offset(offset(dw, first0, plane), first1, row), first2, pixel));
        forEachChunk(f, p.channels, (at, chunk) => {
          const dy = Array.from({ length: chunk.vectors }, (_, i) => f.let(chunk.load(i32.add(window.target, at), i)));
          const walks = [
            { start: i32.add(window.source, at), steps: reach },
            { start: i32.add(start, at), steps: [plane, row, pixel] },
          ] as const;
          forEachTap(f, window, walks, ([x, sum]) => {
            const add = (value: Expr<'v128'>, i: number) => fused(chunk.load(x!, i), value, chunk.load(sum!, i));
            f.emit(...dy.map((value, i) => chunk.store(sum!, add(value, i), i)));
          });
        });
      });
    });
  },
);
