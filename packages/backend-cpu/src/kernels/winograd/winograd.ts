// 3 x 3 convolutions with stride 1 by minimal filtering (Lavin and Gray, 2015): tiles of the input and the kernel are
// transformed so that 16 multiplications per channel and tile do the work of 36, or with larger tiles 36 that of 144. The
// products of all tiles are as many ordinary matrix products. An Inf or NaN in the input reaches all pixels of each tile
// that sees it.

import { i32, memory, select } from '../../wasm/index.ts';
import { element, min, offset } from '../arithmetic.ts';
import { GRID, gatherScratchWords, gatherTable } from '../gather.ts';
import { defineKernel, type Kernel, type KernelOptions } from '../kernel.ts';
import { packTranspose } from '../product/pack.ts';
import { multiplyPanels, prepareScratch, tileScratchBytes } from '../product/tile.ts';
import { allot, copyEntries, positionWords, takePositions, tileCorner, tilePixels } from './areas.ts';
import { eachTile, positionsOf, type TileName, type TileShape } from './matrices.ts';
import { ONCE, TRANSFORM_SCRATCH, transformResult, transformTile } from './transform.ts';
import { spareWords, transformWeights, WEIGHTS } from './weights.ts';

const WINOGRAD = {
  /** Tiles over all batches: the pixels of the grid, whose step is the size of a tile. */
  tiles: 'i32',
  /** Summed channels, result channels. */
  channels: 'i32',
  columns: 'i32',
  /** Result pixels along the last two axes, and bytes from one to the next. */
  height: 'i32',
  width: 'i32',
  rowBytes: 'i32',
  pixelBytes: 'i32',
  bias: 'i32',
  relu: 'i32',
  /** Tiles and result channels at a time; `tileBlock` a multiple of 4 and the register tile's rows. */
  tileBlock: 'i32',
  columnBlock: 'i32',
} as const;

type WinogradKernel = Kernel<typeof GRID & typeof WEIGHTS & typeof WINOGRAD>;

/** The kernels for each shape of tiles. Units are groups of as many tiles as a register tile has rows. */
export const winograd: Readonly<Record<TileName, WinogradKernel>> = eachTile(forTiles);

function forTiles(shape: TileShape): WinogradKernel {
  const square = positionsOf(shape);
  return defineKernel(`winograd${shape.name}`, { ...GRID, ...WEIGHTS, ...WINOGRAD }, (f, p, { module, options }) => {
    const { rows: high, columns: wide } = options.tile;
    const spread = transformTile(module, options, shape, 'input');
    const fold = transformResult(module, options, shape, 'output');
    const take = allot(f, f.let(i32.add(p.workspace, tileScratchBytes(options))));
    const rows = take(p.tileBlock);
    const productRows = take(p.tileBlock);
    const sink = take(p.columns);
    const zeros = take(p.channels);
    const middle = take(i32.const(TRANSFORM_SCRATCH / 4));
    const scratch = take(i32.mul(p.tileBlock, gatherScratchWords));
    const table = take(i32.mul(p.tileBlock, square));
    const pixels = take(i32.const(square));
    const inputRow = f.let(i32.shl(p.channels, 2));
    const inputs = takePositions(f, take, square, i32.mul(p.tileBlock, p.channels));
    const aPanels = take(i32.mul(p.tileBlock, p.channels));
    const products = takePositions(f, take, square, i32.mul(p.tileBlock, p.columnBlock));
    const weights = takePositions(f, take, square, i32.mul(p.channels, p.columnBlock));
    const taps = take(i32.const(9));
    const spare = take(i32.const(spareWords(options)));
    f.emit(...prepareScratch(p.workspace, options));
    f.emit(memory.fill(zeros, 0, inputRow));
    const productRow = f.let(i32.shl(p.columnBlock, 2));
    f.for(0, p.tileBlock, 1, (i) => f.emit(i32.store(element(productRows, i), offset(products.first, i, productRow))));
    const firstTile = f.let(i32.mul(p.begin, high));
    const endTile = f.let(i32.mul(p.end, high));
    f.set(endTile, min(endTile, p.tiles));
    const current = f.let(i32.const(-1));

    f.for(0, p.columns, p.columnBlock, (column) => {
      const columns = f.let(i32.sub(p.columns, column));
      f.set(columns, min(columns, p.columnBlock));
      f.if(i32.remU(columns, wide), () => f.emit(memory.fill(weights.first, 0, i32.mul(weights.pitch, square))));
      f.call(transformWeights(module, options, shape), {
        ...p,
        column,
        columns,
        table: weights.table,
        middle,
        taps,
        spare,
      });
      f.for(firstTile, endTile, p.tileBlock, (tile) => {
        const count = f.let(i32.sub(endTile, tile));
        f.set(count, min(count, p.tileBlock));
        // A single block of tiles is still there when the next columns come.
        f.if(i32.ne(tile, current), () => {
          f.set(current, tile);
          const gathered = { first: tile, count, capacity: p.tileBlock, rows, sink, zeros, table, scratch };
          f.call(gatherTable(module), { ...p, ...gathered });
          f.for(0, count, 1, (i) => {
            copyEntries(f, { table: element(table, i), pitch: i32.shl(p.tileBlock, 2), to: pixels, count: square });
            f.call(spread, {
              ...{ from: pixels, fromShift: 0, to: inputs.table, toShift: i32.mul(i, inputRow) },
              ...{ channels: p.channels, ...ONCE, scratch: middle },
            });
          });
        });
        const panels = f.let(i32.divU(i32.add(count, high - 1), high));
        f.for(0, square, 1, (position) => {
          f.call(packTranspose(module, high), {
            ...{ source: offset(inputs.first, position, inputs.pitch), stride: inputRow, depth: p.channels, count },
            ...{ target: aPanels, pitch: i32.mul(p.channels, high * 4) },
          });
          f.call(multiplyPanels(module, options), {
            ...{ a: aPanels, b: offset(weights.first, position, weights.pitch), step: wide * 4 },
            ...{ panel: i32.mul(p.channels, wide * 4), rows: productRows, panels, depth: p.channels },
            shift: i32.mul(position, products.pitch),
            columns: i32.and(i32.add(columns, wide - 1), -wide),
            ...{ accumulate: 0, bias: 0, relu: 0, scratch: p.workspace },
          });
        });
        const bias = f.let(select(p.bias, element(p.bias, column), i32.const(0)));
        f.for(0, count, 1, (i) => {
          const corner = f.let(i32.add(i32.load(element(rows, i)), i32.shl(column, 2)));
          tilePixels(f, p, { ...tileCorner(p, scratch, i), corner, shape, outside: sink, to: pixels });
          f.call(fold, {
            ...{ from: products.table, fromShift: i32.mul(i, productRow), to: pixels, toShift: 0 },
            ...{ channels: columns, ...ONCE, scratch: middle, bias, relu: p.relu },
          });
        });
      });
    });
  });
}

/** Block sizes of one call. */
export interface WinogradBlocks {
  readonly tileBlock: number;
  readonly columnBlock: number;
}

/** Scratch bytes of one call of {@link winograd}. */
export function winogradWorkspace(
  shape: TileShape,
  channels: number,
  columns: number,
  { tileBlock, columnBlock }: WinogradBlocks,
  options: KernelOptions,
): number {
  const square = positionsOf(shape);
  const positions = [tileBlock * channels, tileBlock * columnBlock, channels * columnBlock];
  const words =
    tileBlock * (2 + gatherScratchWords + square + channels) +
    columns +
    channels +
    square +
    9 +
    spareWords(options) +
    positions.reduce((sum, area) => sum + positionWords(square, area), 0);
  return tileScratchBytes(options) + TRANSFORM_SCRATCH + words * 4 + 12 * 64;
}
