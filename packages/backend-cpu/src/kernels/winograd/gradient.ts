// The kernel gradient of a 3 x 3 convolution in Winograd's domain: where the forward pass multiplies transformed tiles with
// the transformed kernel, this one multiplies them with transformed tiles of dy, sums over all tiles, and goes back once.

import { i32, memory } from '../../wasm/index.ts';
import { element, min, offset } from '../arithmetic.ts';
import { GRID, gatherScratchWords, gatherTable } from '../gather.ts';
import { defineKernel, type Kernel, type KernelOptions, lowTiles } from '../kernel.ts';
import { packCopy } from '../product/pack.ts';
import { multiplyPanels, prepareScratch, tileScratchBytes } from '../product/tile.ts';
import { allot, copyEntries, positionWords, takePositions, tileCorner, tilePixels } from './areas.ts';
import { eachTile, positionsOf, type TileName, type TileShape } from './matrices.ts';
import { ONCE, TRANSFORM_SCRATCH, transformSum, transformTile } from './transform.ts';
import type { WinogradBlocks } from './winograd.ts';

const GRADIENT = {
  /** Tiles over all batches: the pixels of the grid, whose step is the size of a tile; its target is dy. */
  tiles: 'i32',
  channels: 'i32',
  /** So many channels by whole register tiles, the rest by low ones. */
  tall: 'i32',
  columns: 'i32',
  /** Pixels of dy along the last two axes, and bytes from one to the next. */
  height: 'i32',
  width: 'i32',
  rowBytes: 'i32',
  pixelBytes: 'i32',
  dw: 'i32',
  /** Tiles per slice; each slice writes a gradient of its own, `sliceBytes` apart. */
  slice: 'i32',
  sliceBytes: 'i32',
  /** 1 adds to the gradients that are there. */
  accumulate: 'i32',
  tileBlock: 'i32',
  columnBlock: 'i32',
} as const;

type GradientKernel = Kernel<typeof GRID & typeof GRADIENT>;

/** The kernels for each shape of tiles. Units are pairs of a slice and a block of columns, columns fastest. */
export const winogradKernelGradient: Readonly<Record<TileName, GradientKernel>> = eachTile(forTiles);

function forTiles(shape: TileShape): GradientKernel {
  const square = positionsOf(shape);
  return defineKernel(`winogradKernelGradient${shape.name}`, { ...GRID, ...GRADIENT }, (f, p, { module, options }) => {
    const { rows: high, columns: wide } = options.tile;
    const spread = transformTile(module, options, shape, 'input');
    const spreadSlope = transformTile(module, options, shape, 'slope');
    const fold = transformSum(module, options, shape, 'taps');
    const take = allot(f, f.let(i32.add(p.workspace, tileScratchBytes(options))));
    const sumRowCount = f.let(i32.add(p.channels, high));
    const parts = [
      { tiles: options, first: i32.const(0), end: p.tall },
      { tiles: lowTiles(options), first: p.tall, end: p.channels },
    ];
    const rows = take(p.tileBlock);
    const sumRows = take(sumRowCount);
    const zeros = take(i32.add(p.channels, p.columns));
    const middle = take(i32.const(TRANSFORM_SCRATCH / 4));
    const scratch = take(i32.mul(p.tileBlock, gatherScratchWords));
    const table = take(i32.mul(p.tileBlock, square));
    const pixels = take(i32.const(square));
    const inputRow = f.let(i32.shl(p.channels, 2));
    const inputs = takePositions(f, take, square, i32.mul(p.tileBlock, p.channels));
    const slopeRow = f.let(i32.shl(p.columnBlock, 2));
    const slopes = takePositions(f, take, square, i32.mul(p.tileBlock, p.columnBlock));
    const sums = takePositions(f, take, square, i32.mul(sumRowCount, p.columnBlock));
    const aPanels = take(i32.mul(p.tileBlock, sumRowCount));
    f.emit(...prepareScratch(p.workspace, options));
    f.emit(memory.fill(zeros, 0, i32.shl(i32.add(p.channels, p.columns), 2)));
    f.for(0, sumRowCount, 1, (i) => f.emit(i32.store(element(sumRows, i), offset(sums.first, i, slopeRow))));
    const columnBlocks = f.let(i32.divU(i32.add(p.columns, i32.sub(p.columnBlock, 1)), p.columnBlock));
    const current = f.let(i32.const(-1));

    f.for(p.begin, p.end, 1, (unit) => {
      const slice = f.let(i32.divU(unit, columnBlocks));
      const column = f.let(i32.mul(i32.remU(unit, columnBlocks), p.columnBlock));
      const columns = f.let(i32.sub(p.columns, column));
      f.set(columns, min(columns, p.columnBlock));
      const endTile = f.let(i32.mul(i32.add(slice, 1), p.slice));
      f.set(endTile, min(endTile, p.tiles));
      f.emit(memory.fill(sums.first, 0, i32.mul(sums.pitch, square)));
      f.if(i32.remU(columns, wide), () => f.emit(memory.fill(slopes.first, 0, i32.mul(slopes.pitch, square))));
      f.for(i32.mul(slice, p.slice), endTile, p.tileBlock, (tile) => {
        const count = f.let(i32.sub(endTile, tile));
        f.set(count, min(count, p.tileBlock));
        // A single block of tiles is still there when the next columns come.
        f.if(i32.ne(tile, current), () => {
          f.set(current, tile);
          const gathered = { first: tile, count, capacity: p.tileBlock, rows, sink: zeros, zeros, table, scratch };
          f.call(gatherTable(module), { ...p, ...gathered });
          f.for(0, count, 1, (i) => {
            copyEntries(f, { table: element(table, i), pitch: i32.shl(p.tileBlock, 2), to: pixels, count: square });
            f.call(spread, {
              ...{ from: pixels, fromShift: 0, to: inputs.table, toShift: i32.mul(i, inputRow) },
              ...{ channels: p.channels, ...ONCE, scratch: middle },
            });
          });
        });
        f.for(0, count, 1, (i) => {
          const corner = f.let(i32.add(i32.load(element(rows, i)), i32.shl(column, 2)));
          tilePixels(f, p, { ...tileCorner(p, scratch, i), corner, shape, outside: zeros, to: pixels });
          f.call(spreadSlope, {
            ...{ from: pixels, fromShift: 0, to: slopes.table, toShift: i32.mul(i, slopeRow) },
            ...{ channels: columns, ...ONCE, scratch: middle },
          });
        });
        f.for(0, square, 1, (position) => {
          for (const { tiles, first, end } of parts) {
            const height = tiles.tile.rows;
            const channels = f.let(i32.sub(end, first));
            f.call(packCopy(module, height), {
              ...{ source: element(offset(inputs.first, position, inputs.pitch), first), stride: inputRow },
              ...{ depth: count, count: channels, target: aPanels, pitch: i32.mul(count, height * 4) },
            });
            f.call(multiplyPanels(module, tiles), {
              ...{ a: aPanels, b: offset(slopes.first, position, slopes.pitch), step: slopeRow, panel: wide * 4 },
              ...{ rows: element(sumRows, first), shift: i32.mul(position, sums.pitch) },
              panels: i32.divU(i32.add(channels, height - 1), height),
              columns: i32.and(i32.add(columns, wide - 1), -wide),
              ...{ depth: count, accumulate: 1, bias: 0, relu: 0, scratch: p.workspace },
            });
          }
        });
      });
      const tap = f.let(element(offset(p.dw, slice, p.sliceBytes), column));
      const dwRow = f.let(i32.shl(p.columns, 2));
      f.for(0, 9, 1, (i) => {
        f.emit(i32.store(element(pixels, i), tap));
        f.increment(tap, i32.mul(p.channels, dwRow));
      });
      f.call(fold, {
        ...{ from: sums.table, fromShift: 0, to: pixels, toShift: 0, channels: columns },
        ...{ count: p.channels, fromStep: slopeRow, toStep: dwRow, scratch: middle, accumulate: p.accumulate },
      });
    });
  });
}

/** Scratch bytes of one call of {@link winogradKernelGradient}. */
export function winogradGradientWorkspace(
  shape: TileShape,
  channels: number,
  columns: number,
  { tileBlock, columnBlock }: WinogradBlocks,
  options: KernelOptions,
): number {
  const square = positionsOf(shape);
  const sumRows = channels + options.tile.rows;
  const positions = [tileBlock * channels, tileBlock * columnBlock, sumRows * columnBlock];
  const words =
    tileBlock * (1 + gatherScratchWords + square + sumRows) +
    sumRows +
    channels +
    columns +
    square +
    positions.reduce((sum, area) => sum + positionWords(square, area), 0);
  return tileScratchBytes(options) + TRANSFORM_SCRATCH + words * 4 + 12 * 64;
}
