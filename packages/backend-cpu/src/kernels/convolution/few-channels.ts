import { type Expr, i32, select } from '../../wasm/index.ts';
import { alignUp, element, min, offset } from '../arithmetic.ts';
import { GRID } from '../gather.ts';
import { defineKernel, type Kernel, type KernelOptions, lowTiles } from '../kernel.ts';
import { packCopy } from '../product/pack.ts';
import { multiplyGathered, prepareScratch, tileScratchBytes } from '../product/tile.ts';
import { copyPatch, forEachRun } from './patch.ts';

const FEW = {
  /** Pixels of the result, over all batches; of so many floats. */
  pixels: 'i32',
  columns: 'i32',
  /** Taps times channels. */
  depth: 'i32',
  weights: 'i32',
  /** One float per column, or address 0. */
  bias: 'i32',
  relu: 'i32',
  /** Pixels at a time, and the floats that copies of what lies under them take. */
  pixelBlock: 'i32',
  patchFloats: 'i32',
} as const;

/**
 * Convolution of few channels, over the last two axes: `[pixels, taps x channels] x [taps x channels, columns]`, its left
 * matrix read from copies of the image. Units are panels of pixels.
 */
export const convFewChannels: Kernel<typeof GRID & typeof FEW> = defineKernel(
  'convFewChannels',
  { ...GRID, ...FEW },
  (f, p, { module, options }) => {
    const { rows: height, columns: width } = options.tile;
    const surplus = f.let(i32.add(p.pixelBlock, height));
    const rows = f.let(alignUp(i32.add(p.workspace, tileScratchBytes(options))));
    const corners = f.let(alignUp(element(rows, surplus)));
    const taps = f.let(alignUp(element(corners, surplus)));
    const sink = f.let(alignUp(element(taps, p.depth)));
    const patch = f.let(alignUp(element(sink, i32.add(p.columns, width))));
    const panels = f.let(alignUp(element(patch, p.patchFloats)));
    f.emit(...prepareScratch(p.workspace, options));
    const pitch = f.let(i32.mul(p.depth, width * 4));
    f.call(packCopy(module, width), {
      ...{ source: p.weights, stride: p.target2, depth: p.depth, count: p.columns, target: panels, pitch },
    });
    const first = f.let(i32.mul(p.begin, height));
    const end = f.let(i32.mul(p.end, height));
    f.set(end, min(end, p.pixels));
    forEachRun(f, p, { first, end, block: p.pixelBlock }, (pixel, count) => {
      const tiles = f.let(i32.divU(i32.add(count, height - 1), height));
      const capacity = f.let(i32.mul(tiles, height));
      f.call(copyPatch(module), { ...p, first: pixel, count, patch, corners, capacity, taps });
      f.for(0, capacity, 1, (i) => {
        const line = offset(p.target, i32.add(pixel, i), p.target2);
        f.emit(i32.store(element(rows, i), select(i32.ltS(i, count), line, sink)));
      });
      f.call(multiplyGathered(module, options), {
        ...{ a: corners, steps: taps, b: panels, step: width * 4, panel: pitch, rows, shift: 0, panels: tiles },
        ...{ columns: p.columns, depth: p.depth, accumulate: 0, bias: p.bias, relu: p.relu, scratch: p.workspace },
      });
    });
  },
);

const GRADIENT = {
  /** Pixels of dy over all batches. */
  pixels: 'i32',
  /** Whole panels of columns: dy is read in place. */
  dy: 'i32',
  columns: 'i32',
  /** Rows of the gradient, and those that whole tiles take; the rest goes to low ones. */
  depth: 'i32',
  tall: 'i32',
  /** One gradient `[depth, columns]` per unit, `sliceBytes` apart. */
  dw: 'i32',
  slice: 'i32',
  sliceBytes: 'i32',
  pixelBlock: 'i32',
  patchFloats: 'i32',
} as const;

/** Gradient of {@link convFewChannels} with respect to its weights; units are slices of pixels, to be summed afterwards. */
export const fewChannelsKernelGradient: Kernel<typeof GRID & typeof GRADIENT> = defineKernel(
  'fewChannelsKernelGradient',
  { ...GRID, ...GRADIENT },
  (f, p, { module, options }) => {
    const { rows: height, columns: width } = options.tile;
    const rows = f.let(alignUp(i32.add(p.workspace, tileScratchBytes(options))));
    const taps = f.let(alignUp(element(rows, i32.add(p.depth, height))));
    const corners = f.let(alignUp(element(taps, i32.add(p.depth, height))));
    const sink = f.let(alignUp(element(corners, p.pixelBlock)));
    const patch = f.let(alignUp(element(sink, p.columns)));
    f.emit(...prepareScratch(p.workspace, options));
    const line = f.let(i32.shl(p.columns, 2));
    const low = lowTiles(options);
    const panelsOf = (count: Expr<'i32'>, { tile }: KernelOptions): Expr<'i32'> =>
      i32.divU(i32.add(count, tile.rows - 1), tile.rows);
    const parts = [
      { tiles: options, first: 0, panels: f.let(panelsOf(p.tall, options)) },
      { tiles: low, first: p.tall, panels: f.let(panelsOf(i32.sub(p.depth, p.tall), low)) },
    ];
    f.for(p.begin, p.end, 1, (unit) => {
      const dw = f.let(offset(p.dw, unit, p.sliceBytes));
      f.for(0, i32.add(p.depth, height), 1, (i) => {
        f.emit(
          i32.store(element(rows, i), select(i32.ltS(i, p.depth), offset(dw, i, line), sink)),
          i32.store(element(taps, i), i32.const(0)),
        );
      });
      const first = f.let(i32.mul(unit, p.slice));
      const end = f.let(i32.add(first, p.slice));
      f.set(end, min(end, p.pixels));
      forEachRun(f, p, { first, end, block: p.pixelBlock }, (pixel, count) => {
        f.call(copyPatch(module), { ...p, first: pixel, count, patch, corners, capacity: count, taps });
        for (const { tiles, first: row, panels } of parts) {
          f.call(multiplyGathered(module, tiles), {
            ...{ a: element(taps, row), steps: corners, b: offset(p.dy, pixel, line), step: line, panel: width * 4 },
            ...{ rows: element(rows, row), shift: 0, panels, columns: p.columns, depth: count },
            ...{ accumulate: i32.ne(pixel, first), bias: 0, relu: 0, scratch: p.workspace },
          });
        }
      });
    });
  },
);

/** Scratch bytes of one call of either kernel. */
export function fewChannelsWorkspace(
  size: { readonly [K in 'pixelBlock' | 'depth' | 'columns' | 'patchFloats']: number },
  options: KernelOptions,
): number {
  const { rows, columns: width } = options.tile;
  const panels = size.depth * Math.ceil(size.columns / width) * width;
  const words = 2 * (size.pixelBlock + size.depth) + 2 * rows + size.columns + width + size.patchFloats + panels;
  return tileScratchBytes(options) + words * 4 + 7 * 64;
}
