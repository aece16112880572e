// The kernel gradient of a 3 x 3 convolution in Winograd's domain: where the forward pass multiplies transformed tiles with
// the transformed kernel, this one multiplies them with transformed tiles of dy, sums over all tiles, and goes back once.

import { type Expr, type FunctionBuilder, f32x4, i32, type Local, memory, select } from '../wasm/index.ts';
import { alignUp, element, min, offset } from './arithmetic.ts';
import { GRID, gatherScratchWords, gatherTable } from './gather.ts';
import { defineKernel, type Kernel, type KernelOptions } from './kernel.ts';
import { packCopy } from './pack.ts';
import { multiplyPanels, prepareScratch, tileScratchBytes } from './tile.ts';
import { forEachChunk } from './windows.ts';
import type { WinogradBlocks } from './winograd.ts';
import { PITCH_PAD, transformTile } from './winograd-input.ts';

const GRADIENT = {
  /** Tiles over all batches: the pixels of the grid, whose step is 2 and whose taps are 1 x 4 x 4; its target is dy. */
  tiles: 'i32',
  channels: 'i32',
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
  tileBlock: 'i32',
  columnBlock: 'i32',
} as const;

type P = { readonly [K in keyof typeof GRADIENT]: Local<'i32'> };

/** Units are pairs of a slice of the tiles and a block of columns, columns fastest. */
export const winogradKernelGradient: Kernel<typeof GRID & typeof GRADIENT> = defineKernel(
  'winogradKernelGradient',
  { ...GRID, ...GRADIENT },
  (f, p, { module, options }) => {
    const { rows: high, columns: wide } = options.tile;
    const paddedChannels = f.let(i32.and(i32.add(p.channels, 3), -4));
    const sumRowCount = f.let(i32.mul(i32.divU(i32.add(p.channels, high - 1), high), high));
    const rows = f.let(alignUp(i32.add(p.workspace, tileScratchBytes(options))));
    const sumRows = f.let(alignUp(element(rows, p.tileBlock)));
    const zeros = f.let(alignUp(element(sumRows, sumRowCount)));
    const scratch = f.let(alignUp(element(zeros, i32.add(p.channels, p.columns))));
    const table = f.let(element(scratch, i32.mul(p.tileBlock, gatherScratchWords)));
    const inputs = f.let(alignUp(element(table, i32.mul(p.tileBlock, 16))));
    const inputRow = f.let(i32.shl(paddedChannels, 2));
    const inputPitch = f.let(i32.add(i32.mul(p.tileBlock, inputRow), PITCH_PAD));
    const gradients = f.let(alignUp(i32.add(inputs, i32.shl(inputPitch, 4))));
    const columnBytes = f.let(i32.shl(p.columnBlock, 2));
    const gradientPitch = f.let(i32.add(i32.mul(p.tileBlock, columnBytes), PITCH_PAD));
    const sums = f.let(i32.add(gradients, i32.shl(gradientPitch, 4)));
    const sumPitch = f.let(i32.add(i32.mul(sumRowCount, columnBytes), PITCH_PAD));
    const aPanels = f.let(i32.add(sums, i32.shl(sumPitch, 4)));
    f.emit(...prepareScratch(p.workspace, options));
    f.emit(memory.fill(zeros, 0, i32.shl(i32.add(p.channels, p.columns), 2)));
    f.for(0, sumRowCount, 1, (i) => {
      f.emit(i32.store(element(sumRows, i), offset(sums, i, columnBytes)));
    });
    const columnBlocks = f.let(i32.divU(i32.add(p.columns, i32.sub(p.columnBlock, 1)), p.columnBlock));

    f.for(p.begin, p.end, 1, (unit) => {
      const slice = f.let(i32.divU(unit, columnBlocks));
      const column = f.let(i32.mul(i32.remU(unit, columnBlocks), p.columnBlock));
      const columns = f.let(i32.sub(p.columns, column));
      f.set(columns, min(columns, p.columnBlock));
      const endTile = f.let(i32.mul(i32.add(slice, 1), p.slice));
      f.set(endTile, min(endTile, p.tiles));
      f.emit(memory.fill(sums, 0, i32.shl(sumPitch, 4)));
      f.if(i32.remU(columns, wide), () => f.emit(memory.fill(gradients, 0, i32.shl(gradientPitch, 4))));
      f.for(i32.mul(slice, p.slice), endTile, p.tileBlock, (tile) => {
        const count = f.let(i32.sub(endTile, tile));
        f.set(count, min(count, p.tileBlock));
        const gathered = { first: tile, count, capacity: p.tileBlock, rows, sink: zeros, zeros, table, scratch };
        f.call(gatherTable(module), { ...p, ...gathered });
        f.for(0, count, 1, (i) => {
          f.call(transformTile(module), {
            ...{ entry: element(table, i), pitch: i32.shl(p.tileBlock, 2), channels: p.channels },
            ...{ target: offset(inputs, i, inputRow), positionPitch: inputPitch, chunkPitch: 16 },
          });
          spreadTile(f, p, {
            corner: i32.add(i32.load(element(rows, i)), i32.shl(column, 2)),
            y: i32.sub(i32.load(element(scratch, i32.add(i32.shl(p.tileBlock, 1), i))), p.origin1),
            x: i32.sub(i32.load(element(scratch, i32.add(i32.mul(p.tileBlock, 3), i))), p.origin2),
            ...{ columns, zeros, target: offset(gradients, i, columnBytes), pitch: gradientPitch },
          });
        });
        f.for(0, 16, 1, (position) => {
          f.call(packCopy(module, high), {
            ...{ source: offset(inputs, position, inputPitch), stride: inputRow, depth: count, count: p.channels },
            ...{ target: aPanels, pitch: i32.mul(count, high * 4) },
          });
          f.call(multiplyPanels(module, options), {
            ...{ a: aPanels, b: offset(gradients, position, gradientPitch), step: columnBytes, panel: wide * 4 },
            ...{ rows: sumRows, shift: i32.mul(position, sumPitch), panels: i32.divU(sumRowCount, high) },
            columns: i32.and(i32.add(columns, wide - 1), -wide),
            ...{ depth: count, accumulate: 1, bias: 0, relu: 0, scratch: p.workspace },
          });
        });
      });
      const dw = f.let(element(offset(p.dw, slice, p.sliceBytes), column));
      writeGradient(f, p, { sums, sumPitch, columnBytes, columns, dw });
    });
  },
);

interface GradientTile {
  /** Address of the tile's first pixel of dy, and its coordinates. */
  readonly corner: Expr<'i32'>;
  readonly y: Expr<'i32'>;
  readonly x: Expr<'i32'>;
  readonly columns: Local<'i32'>;
  readonly zeros: Local<'i32'>;
  readonly target: Expr<'i32'>;
  readonly pitch: Local<'i32'>;
}

/** Transforms 2 x 2 pixels of dy, A d A^T, into 16 positions. */
function spreadTile(f: FunctionBuilder, p: P, { corner, y, x, columns, zeros, target, pitch }: GradientTile): void {
  const spread = ([a, b]: readonly Expr<'v128'>[]): Expr<'v128'>[] =>
    [a!, f32x4.add(a!, b!), f32x4.sub(a!, b!), f32x4.neg(b!)].map((value) => f.let(value));
  const first = f.let(corner);
  const right = f.let(i32.ltS(i32.add(x, 1), p.width));
  const below = f.let(i32.ltS(i32.add(y, 1), p.height));
  const pixels = [
    [first, f.let(select(right, i32.add(first, p.pixelBytes), zeros))],
    [
      f.let(select(below, i32.add(first, p.rowBytes), zeros)),
      f.let(select(i32.and(right, below), i32.add(i32.add(first, p.pixelBytes), p.rowBytes), zeros)),
    ],
  ];
  const start = f.let(target);
  forEachChunk(
    f,
    columns,
    (at, chunk) => {
      const rows = pixels.map((row) => spread(row.map((pixel) => f.let(chunk.load(i32.add(pixel, at), 0)))));
      const to = f.let(i32.add(start, at));
      const positions = [0, 1, 2, 3].map((column) => spread(rows.map((row) => row[column]!)));
      for (let i = 0; i < 16; i++) {
        f.emit(chunk.store(to, positions[i & 3]![i >> 2]!, 0));
        f.increment(to, pitch);
      }
    },
    1,
  );
}

interface GradientSums {
  readonly sums: Local<'i32'>;
  readonly sumPitch: Local<'i32'>;
  readonly columnBytes: Local<'i32'>;
  readonly columns: Local<'i32'>;
  readonly dw: Local<'i32'>;
}

/** Transforms the sums back, G^T s G, into nine taps. */
function writeGradient(f: FunctionBuilder, p: P, { sums, sumPitch, columnBytes, columns, dw }: GradientSums): void {
  const fold = ([a, b, c, d]: readonly Expr<'v128'>[]): Expr<'v128'>[] => {
    const half = f.let(f32x4.mul(f32x4.add(b!, c!), 0.5));
    return [f32x4.add(a!, half), f32x4.mul(f32x4.sub(b!, c!), 0.5), f32x4.add(half, d!)].map((sum) => f.let(sum));
  };
  const rowBytes = f.let(i32.shl(p.columns, 2));
  const tapBytes = f.let(i32.mul(p.channels, rowBytes));
  f.for(0, p.channels, 1, (channel) => {
    const from = f.let(offset(sums, channel, columnBytes));
    const to = f.let(offset(dw, channel, rowBytes));
    forEachChunk(
      f,
      columns,
      (at, chunk) => {
        const source = f.let(i32.add(from, at));
        const rows = [0, 1, 2, 3].map(() =>
          fold(
            [0, 1, 2, 3].map(() => {
              const value = f.let(chunk.load(source, 0));
              f.increment(source, sumPitch);
              return value;
            }),
          ),
        );
        const target = f.let(i32.add(to, at));
        const taps = [0, 1, 2].map((x) => fold(rows.map((row) => row[x]!)));
        for (let i = 0; i < 9; i++) {
          f.emit(chunk.store(target, taps[i % 3]![Math.floor(i / 3)]!, 0));
          f.increment(target, tapBytes);
        }
      },
      1,
    );
  });
}

/** Scratch bytes of one {@link winogradKernelGradient} call. */
export function winogradGradientWorkspace(
  channels: number,
  columns: number,
  { tileBlock, columnBlock }: WinogradBlocks,
  options: KernelOptions,
): number {
  const sumRows = channels + options.tile.rows;
  const words =
    tileBlock * (1 + gatherScratchWords + 16 + 16 * (channels + 3 + columnBlock) + sumRows) +
    sumRows * (1 + 16 * columnBlock) +
    channels +
    columns;
  return tileScratchBytes(options) + words * 4 + 7 * 64 + 48 * PITCH_PAD;
}
