// 3 x 3 convolutions with stride 1 by F(2 x 2, 3 x 3) of Lavin and Gray (2015): tiles of 4 x 4 inputs and the kernel are
// transformed so that 16 multiplications per channel and tile do the work of 36. The products of all tiles are 16
// ordinary matrix products. An Inf or NaN in the input reaches all four pixels of each tile that sees it.

import {
  type Expr,
  type FunctionBuilder,
  type FunctionRef,
  f32,
  f32x4,
  i32,
  type Local,
  type ModuleBuilder,
  memory,
  select,
  v128,
} from '../wasm/index.ts';
import { alignUp, element, min, offset, transpose4 } from './arithmetic.ts';
import { GRID, gatherScratchWords, gatherTable } from './gather.ts';
import { defineKernel, type Kernel, type KernelOptions } from './kernel.ts';
import { packRows } from './pack.ts';
import { multiplyPanels, prepareScratch, tileScratchBytes } from './tile.ts';
import { type Chunk, forEachChunk } from './windows.ts';
import { PITCH_PAD, transformTile } from './winograd-input.ts';

const WINOGRAD = {
  /** Tiles over all batches: the pixels of the grid, whose step is 2 and whose taps are 1 x 4 x 4. */
  tiles: 'i32',
  /** Summed channels, result channels. */
  channels: 'i32',
  columns: 'i32',
  /** Result pixels along the last two axes, and bytes from one to the next. */
  height: 'i32',
  width: 'i32',
  rowBytes: 'i32',
  pixelBytes: 'i32',
  weights: 'i32',
  /** Bytes from weight to weight along taps, summed channels, result channels; the last may be 4. */
  weight1: 'i32',
  weight2: 'i32',
  weightChannel: 'i32',
  weightColumn: 'i32',
  bias: 'i32',
  relu: 'i32',
  /** Tiles and result channels at a time; `tileBlock` a multiple of 4 and the register tile's rows. */
  tileBlock: 'i32',
  columnBlock: 'i32',
} as const;

type P = { readonly [K in keyof typeof GRID | keyof typeof WINOGRAD | 'workspace']: Local<'i32'> };

/** Units are groups of as many tiles as a register tile has rows. */
export const winograd: Kernel<typeof GRID & typeof WINOGRAD> = defineKernel(
  'winograd',
  { ...GRID, ...WINOGRAD },
  (f, p, { module, options }) => {
    const { rows: high, columns: wide } = options.tile;
    const rows = f.let(alignUp(i32.add(p.workspace, tileScratchBytes(options))));
    const productRows = f.let(alignUp(element(rows, p.tileBlock)));
    const sink = f.let(alignUp(element(productRows, p.tileBlock)));
    const zeros = f.let(alignUp(element(sink, p.columns)));
    const scratch = f.let(alignUp(element(zeros, p.channels)));
    const table = f.let(element(scratch, i32.mul(p.tileBlock, gatherScratchWords)));
    const transformed = f.let(alignUp(element(table, i32.mul(p.tileBlock, 16))));
    const blockBytes = f.let(i32.mul(i32.and(i32.add(p.channels, 3), -4), 64));
    const aPanels = f.let(i32.add(transformed, i32.mul(blockBytes, high)));
    const aBytes = f.let(i32.add(i32.shl(i32.mul(p.tileBlock, p.channels), 2), PITCH_PAD));
    const products = f.let(alignUp(i32.add(aPanels, i32.shl(aBytes, 4))));
    const panelFloats = f.let(p.columnBlock);
    const productBytes = f.let(i32.add(i32.shl(i32.mul(p.tileBlock, panelFloats), 2), PITCH_PAD));
    const bPanels = f.let(i32.add(products, i32.shl(productBytes, 4)));
    const bBytes = f.let(i32.add(i32.shl(i32.mul(p.channels, panelFloats), 2), PITCH_PAD));
    f.emit(...prepareScratch(p.workspace, options));
    f.emit(memory.fill(zeros, 0, i32.shl(p.channels, 2)));
    f.for(0, p.tileBlock, 1, (i) => {
      f.emit(i32.store(element(productRows, i), element(products, i32.mul(i, panelFloats))));
    });
    const firstTile = f.let(i32.mul(p.begin, high));
    const endTile = f.let(i32.mul(p.end, high));
    f.set(endTile, min(endTile, p.tiles));

    f.for(0, p.columns, p.columnBlock, (column) => {
      const columns = f.let(i32.sub(p.columns, column));
      f.set(columns, min(columns, p.columnBlock));
      f.if(i32.remU(columns, wide), () => f.emit(memory.fill(bPanels, 0, i32.shl(bBytes, 4))));
      transformWeights(f, p, { column, columns, target: bPanels, pitch: bBytes, wide, spare: transformed });
      f.for(firstTile, endTile, p.tileBlock, (tile) => {
        const count = f.let(i32.sub(endTile, tile));
        f.set(count, min(count, p.tileBlock));
        const gathered = { first: tile, count, capacity: p.tileBlock, rows, sink, zeros, table, scratch };
        f.call(gatherTable(module), { ...p, ...gathered });
        const panels = f.let(i32.divU(i32.add(count, high - 1), high));
        f.for(0, panels, 1, (panel) => {
          for (let i = 0; i < high; i++) {
            f.call(transformTile(module), {
              entry: element(table, i32.add(i32.mul(panel, high), i)),
              pitch: i32.shl(p.tileBlock, 2),
              channels: p.channels,
              target: i32.add(transformed, i32.mul(blockBytes, i)),
              positionPitch: 16,
              chunkPitch: 256,
            });
          }
          const target = i32.add(aPanels, i32.mul(i32.mul(panel, p.channels), high * 4));
          const pack = packTransformed(module, high);
          f.call(pack, { source: transformed, rowBytes: blockBytes, depth: p.channels, target, pitch: aBytes });
        });
        f.for(0, 16, 1, (position) => {
          f.call(multiplyPanels(module, options), {
            a: offset(aPanels, position, aBytes),
            b: offset(bPanels, position, bBytes),
            step: wide * 4,
            panel: i32.mul(p.channels, wide * 4),
            rows: productRows,
            shift: i32.mul(position, productBytes),
            panels,
            columns: i32.and(i32.add(columns, wide - 1), -wide),
            depth: p.channels,
            ...{ accumulate: 0, bias: 0, relu: 0, scratch: p.workspace },
          });
        });
        f.for(0, count, 1, (i) => {
          writeTile(f, p, {
            product: i32.load(element(productRows, i)),
            pitch: productBytes,
            corner: i32.add(i32.load(element(rows, i)), i32.shl(column, 2)),
            y: i32.sub(i32.load(element(scratch, i32.add(i32.shl(p.tileBlock, 1), i))), p.origin1),
            x: i32.sub(i32.load(element(scratch, i32.add(i32.mul(p.tileBlock, 3), i))), p.origin2),
            ...{ column, columns, sink },
          });
        });
      });
    });
  },
);

interface WeightBlock {
  readonly column: Expr<'i32'>;
  readonly columns: Local<'i32'>;
  readonly target: Expr<'i32'>;
  /** Bytes from position to position of the transformed kernel. */
  readonly pitch: Expr<'i32'>;
  readonly wide: number;
  /** Room for nine taps of four channels and columns. */
  readonly spare: Expr<'i32'>;
}

/** Transforms the kernel, G g G^T, into 16 matrices of packed panels. */
function transformWeights(
  f: FunctionBuilder,
  p: P,
  { column, columns, target, pitch, wide, spare }: WeightBlock,
): void {
  const spread = ([a, b, c]: readonly Expr<'v128'>[]): Expr<'v128'>[] => {
    const outer = f.let(f32x4.mul(f32x4.add(a!, c!), 0.5));
    const middle = f.let(f32x4.mul(b!, 0.5));
    return [a!, f.let(f32x4.add(outer, middle)), f.let(f32x4.sub(outer, middle)), c!];
  };
  /** Transforms the nine taps of some columns, `at` bytes along, of one channel. */
  const transform = (
    tap: (y: number, x: number) => Expr<'v128'>,
    at: Expr<'i32'>,
    channel: Expr<'i32'>,
    chunk: Chunk,
  ) => {
    const rows = [0, 1, 2].map((y) => spread([0, 1, 2].map((x) => f.let(tap(y, x)))));
    const panel = i32.mul(i32.divU(at, wide * 4), i32.mul(p.channels, wide * 4));
    const place = i32.add(i32.remU(at, wide * 4), i32.mul(channel, wide * 4));
    const to = f.let(i32.add(i32.add(target, panel), place));
    const positions = [0, 1, 2, 3].map((x) => spread(rows.map((row) => row[x]!)));
    for (let i = 0; i < 16; i++) {
      f.emit(chunk.store(to, positions[i & 3]![i >> 2]!, 0));
      f.increment(to, pitch);
    }
  };
  const first = f.let(offset(p.weights, column, p.weightColumn));
  const away = (y: number, x: number): Expr<'i32'> => i32.add(i32.mul(p.weight1, y), i32.mul(p.weight2, x));
  /** Columns lie next to each other. */
  const alongColumns = (): void =>
    f.for(0, p.channels, 1, (channel) => {
      const source = f.let(offset(first, channel, p.weightChannel));
      forEachChunk(
        f,
        columns,
        (at, chunk) => {
          const from = f.let(i32.add(source, at));
          transform((y, x) => chunk.load(i32.add(from, away(y, x)), 0), at, channel, chunk);
        },
        1,
      );
    });
  /** Channels do: four of them times four columns at a time, turned round on the way. */
  const alongChannels = (): void =>
    f.for(0, i32.shl(columns, 2), 16, (at) => {
      const source = f.let(offset(first, i32.shrU(at, 2), p.weightColumn));
      f.for(0, p.channels, 4, (channel) => {
        for (let tap = 0; tap < 9; tap++) {
          const from = f.let(i32.add(source, away(Math.floor(tap / 3), tap % 3)));
          const lines = [0, 1, 2, 3].map((i) => v128.load(offset(from, p.weightColumn, i)));
          transpose4(f, lines).forEach((line, i) => {
            f.emit(v128.store(spare, line, i * 144 + tap * 16));
          });
        }
        f.increment(source, 16);
        f.for(0, 4, 1, (i) => {
          const taps = f.let(offset(spare, i, 144));
          transform((y, x) => v128.load(taps, (y * 3 + x) * 16), at, i32.add(channel, i), VECTOR);
        });
      });
    });
  const oneByOne = (): void =>
    f.for(0, p.channels, 1, (channel) => {
      const source = f.let(offset(first, channel, p.weightChannel));
      f.for(0, i32.shl(columns, 2), 4, (at) => {
        const from = f.let(offset(source, i32.shrU(at, 2), p.weightColumn));
        transform((y, x) => FLOAT.load(i32.add(from, away(y, x)), 0), at, channel, FLOAT);
      });
    });
  f.if(i32.eq(p.weightColumn, 4), alongColumns, () =>
    f.if(i32.and(i32.or(p.channels, columns), 3), oneByOne, alongChannels),
  );
}

const VECTOR: Chunk = {
  vectors: 1,
  load: (address) => v128.load(address),
  store: (address, value) => v128.store(address, value),
};

const FLOAT: Chunk = {
  vectors: 1,
  load: (address) => v128.load32Zero(address),
  store: (address, value) => v128.store32Lane(address, value, 0),
};

const PACK = { source: 'i32', rowBytes: 'i32', depth: 'i32', target: 'i32', pitch: 'i32' } as const;

/** Packs transformed tiles into one panel for each of the 16 positions, `pitch` bytes apart. */
function packTransformed(module: ModuleBuilder, width: number): FunctionRef<typeof PACK, 'void'> {
  const name = `packTransformed${width}`;
  return module.once(name, () =>
    module.function(name, PACK, (f, { source, rowBytes, depth, target, pitch }) => {
      f.for(0, 16, 1, (position) => {
        const rows = Array.from({ length: width }, (_, i) =>
          f.let(i32.add(offset(source, rowBytes, i), i32.shl(position, 4))),
        );
        packRows(f, rows, depth, f.let(offset(target, position, pitch)), 256);
      });
    }),
  );
}

interface TileResult {
  readonly product: Expr<'i32'>;
  readonly pitch: Expr<'i32'>;
  readonly corner: Expr<'i32'>;
  /** Coordinates of the tile's first pixel. */
  readonly y: Expr<'i32'>;
  readonly x: Expr<'i32'>;
  readonly column: Expr<'i32'>;
  readonly columns: Local<'i32'>;
  readonly sink: Expr<'i32'>;
}

/** Transforms the products of one tile back, A^T m A, into up to four pixels. */
function writeTile(f: FunctionBuilder, p: P, result: TileResult): void {
  const fold = ([a, b, c, d]: readonly Expr<'v128'>[]): Expr<'v128'>[] => {
    const [second, third] = [f.let(b!), f.let(c!)];
    return [f32x4.add(f32x4.add(a!, second), third), f32x4.sub(f32x4.sub(second, third), d!)].map((sum) => f.let(sum));
  };
  const product = f.let(result.product);
  const corner = f.let(result.corner);
  const right = f.let(i32.ltS(i32.add(result.x, 1), p.width));
  const below = f.let(i32.ltS(i32.add(result.y, 1), p.height));
  const sink = result.sink;
  const pixels = [
    corner,
    f.let(select(right, i32.add(corner, p.pixelBytes), sink)),
    f.let(select(below, i32.add(corner, p.rowBytes), sink)),
    f.let(select(i32.and(right, below), i32.add(i32.add(corner, p.pixelBytes), p.rowBytes), sink)),
  ];
  forEachChunk(
    f,
    result.columns,
    (at, chunk) => {
      const from = f.let(i32.add(product, at));
      const folded = [0, 1, 2, 3].map(() =>
        fold(
          [0, 1, 2, 3].map(() => {
            const value = f.let(chunk.load(from, 0));
            f.increment(from, result.pitch);
            return value;
          }),
        ),
      );
      const start = f.let(f32x4.const(0));
      f.if(p.bias, () => f.set(start, chunk.load(i32.add(element(p.bias, result.column), at), 0)));
      const floor = f.let(f32x4.splat(select(p.relu, f32.const(0), f32.const(Number.NEGATIVE_INFINITY))));
      const across = [0, 1].map((x) => fold(folded.map((row) => row[x]!)));
      for (const [i, pixel] of pixels.entries()) {
        const value = f32x4.pmax(f32x4.add(across[i & 1]![i >> 1]!, start), floor);
        f.emit(chunk.store(i32.add(pixel, at), value, 0));
      }
    },
    1,
  );
}

/** Block sizes of one {@link winograd} call. */
export interface WinogradBlocks {
  readonly tileBlock: number;
  readonly columnBlock: number;
}

/** Scratch bytes of one {@link winograd} call. */
export function winogradWorkspace(
  channels: number,
  columns: number,
  { tileBlock, columnBlock }: WinogradBlocks,
  options: KernelOptions,
): number {
  const words =
    tileBlock * (2 + gatherScratchWords + 16 + 16 * (channels + columnBlock)) +
    columns +
    channels +
    options.tile.rows * 16 * (channels + 3) +
    16 * channels * columnBlock;
  return tileScratchBytes(options) + words * 4 + 7 * 64 + 48 * PITCH_PAD;
}
