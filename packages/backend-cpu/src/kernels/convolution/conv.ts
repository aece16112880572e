import { type FunctionRef, i32, type ModuleBuilder, memory, select } from '../../wasm/index.ts';
import { alignUp, element, min, offset } from '../arithmetic.ts';
import { GRID, gatherScratchWords, gatherTable } from '../gather.ts';
import { defineKernel, type Kernel, type KernelOptions } from '../kernel.ts';
import { packCopy, packRows, packTranspose } from '../product/pack.ts';
import { multiplyPanels, prepareScratch, tileScratchBytes } from '../product/tile.ts';

const CONV = {
  /** Pixels of the result, over all batches. */
  pixels: 'i32',
  /** Summed channels and result channels of one group. */
  channels: 'i32',
  columns: 'i32',
  groups: 'i32',
  /** Bytes from group to group in source, result and weights. */
  sourceGroup: 'i32',
  targetGroup: 'i32',
  weightGroup: 'i32',
  /** Floats of a whole pixel, all groups. */
  sourceFloats: 'i32',
  targetFloats: 'i32',
  weights: 'i32',
  /** Bytes from tap to tap along each axis. */
  weight0: 'i32',
  weight1: 'i32',
  weight2: 'i32',
  /** Bytes between the rows of one tap's matrix, and whether those rows are result channels. */
  weightStride: 'i32',
  weightTransposed: 'i32',
  /** One float per result channel over all groups, or address 0. */
  bias: 'i32',
  relu: 'i32',
  /** Pixels, columns, and summed terms (taps, channels) worked on at a time. Several taps only with all channels. */
  pixelBlock: 'i32',
  columnBlock: 'i32',
  tapBlock: 'i32',
  channelBlock: 'i32',
} as const;

/** Block sizes of one {@link conv} call. */
export type ConvBlocks = { readonly [K in 'pixelBlock' | 'columnBlock' | 'tapBlock' | 'channelBlock']: number };

/**
 * Convolution as an implicit matrix product `[pixels, taps x channels] x [taps x channels, columns]`: the weights are
 * packed once, the pixels are gathered block by block. Units are panels of pixels.
 */
export const conv: Kernel<typeof GRID & typeof CONV> = defineKernel(
  'conv',
  { ...GRID, ...CONV },
  (f, p, { module, options }) => {
    const { rows: height, columns: width } = options.tile;
    const taps = f.let(i32.mul(i32.mul(p.taps0, p.taps1), p.taps2));
    const surplus = f.let(i32.add(p.pixelBlock, height));
    const rows = f.let(alignUp(i32.add(p.workspace, tileScratchBytes(options))));
    const sink = f.let(alignUp(element(rows, surplus)));
    const zeros = f.let(alignUp(element(sink, i32.add(p.targetFloats, width))));
    const scratch = f.let(alignUp(element(zeros, p.sourceFloats)));
    const table = f.let(element(scratch, i32.mul(p.pixelBlock, gatherScratchWords)));
    const aPanels = f.let(alignUp(element(table, i32.mul(taps, p.pixelBlock))));
    const bPanels = f.let(alignUp(element(aPanels, i32.mul(p.pixelBlock, i32.mul(p.tapBlock, p.channelBlock)))));
    f.emit(...prepareScratch(p.workspace, options));
    f.emit(memory.fill(zeros, 0, i32.shl(p.sourceFloats, 2)));
    const pitch = f.let(i32.shl(p.pixelBlock, 2));
    const firstPixel = f.let(i32.mul(p.begin, height));
    const endPixel = f.let(i32.mul(p.end, height));
    f.set(endPixel, min(endPixel, p.pixels));

    f.for(0, p.groups, 1, (group) => {
      f.for(0, p.columns, p.columnBlock, (column) => {
        const columns = f.let(i32.sub(p.columns, column));
        f.set(columns, min(columns, p.columnBlock));
        const panelFloats = f.let(i32.and(i32.add(columns, width - 1), -width));
        const tap = f.local('i32');
        const channel = f.local('i32');
        /** Runs the body for every block of summed terms, at least once. */
        const blocks = (body: (tapCount: typeof tap, channelCount: typeof tap, b: typeof tap) => void): void => {
          f.set(tap, 0);
          f.loop(
            () => {
              const tapCount = f.let(i32.sub(taps, tap));
              f.set(tapCount, min(tapCount, p.tapBlock));
              f.set(channel, 0);
              f.loop(
                () => {
                  const channelCount = f.let(i32.sub(p.channels, channel));
                  f.set(channelCount, min(channelCount, p.channelBlock));
                  const before = i32.add(i32.mul(tap, p.channels), channel);
                  body(tapCount, channelCount, f.let(element(bPanels, i32.mul(before, panelFloats))));
                  f.increment(channel, p.channelBlock);
                },
                i32.ltS(channel, p.channels),
              );
              f.increment(tap, p.tapBlock);
            },
            i32.ltS(tap, taps),
          );
        };

        blocks((tapCount, channelCount, target) => {
          const panelBytes = f.let(i32.mul(i32.mul(tapCount, channelCount), width * 4));
          f.for(tap, i32.add(tap, tapCount), 1, (t) => {
            const [t2, t1, t0] = [
              i32.remU(t, p.taps2),
              i32.remU(i32.divU(t, p.taps2), p.taps1),
              i32.divU(i32.divU(t, p.taps2), p.taps1),
            ];
            const across = i32.add(i32.mul(t0, p.weight0), i32.add(i32.mul(t1, p.weight1), i32.mul(t2, p.weight2)));
            const matrix = f.let(i32.add(offset(p.weights, group, p.weightGroup), across));
            const common = { stride: p.weightStride, depth: channelCount, count: columns, target, pitch: panelBytes };
            f.if(
              p.weightTransposed,
              () => {
                const source = i32.add(offset(matrix, column, p.weightStride), i32.shl(channel, 2));
                f.call(packTranspose(module, width), { ...common, source });
              },
              () => {
                const source = i32.add(offset(matrix, channel, p.weightStride), i32.shl(column, 2));
                f.call(packCopy(module, width), { ...common, source });
              },
            );
            f.increment(target, i32.mul(channelCount, width * 4));
          });
        });

        f.for(firstPixel, endPixel, p.pixelBlock, (pixel) => {
          const count = f.let(i32.sub(endPixel, pixel));
          f.set(count, min(count, p.pixelBlock));
          const panels = f.let(i32.divU(i32.add(count, height - 1), height));
          const gathered = { first: pixel, count, capacity: p.pixelBlock, rows, sink, zeros, table, scratch };
          f.call(gatherTable(module), { ...p, ...gathered });
          blocks((tapCount, channelCount, b) => {
            const depth = f.let(i32.mul(tapCount, channelCount));
            f.call(packPixels(module, height), {
              table: offset(table, tap, pitch),
              pitch,
              taps: tapCount,
              panels,
              shift: i32.add(i32.mul(group, p.sourceGroup), i32.shl(channel, 2)),
              depth: channelCount,
              target: aPanels,
            });
            const last = i32.and(
              i32.geS(i32.add(tap, tapCount), taps),
              i32.geS(i32.add(channel, channelCount), p.channels),
            );
            const bias = element(p.bias, i32.add(i32.mul(group, p.columns), column));
            f.call(multiplyPanels(module, options), {
              a: aPanels,
              b,
              step: width * 4,
              panel: i32.mul(depth, width * 4),
              rows,
              shift: i32.add(i32.mul(group, p.targetGroup), i32.shl(column, 2)),
              panels,
              columns,
              depth,
              accumulate: i32.or(tap, channel),
              bias: select(p.bias, bias, i32.const(0)),
              relu: i32.and(p.relu, last),
              scratch: p.workspace,
            });
          });
        });
      });
    });
  },
);

const PACK_PIXELS = {
  /** Addresses `[tap][pixel]`, `pitch` bytes from tap to tap. */
  table: 'i32',
  pitch: 'i32',
  taps: 'i32',
  panels: 'i32',
  /** Bytes from the addresses to the first channel, and the number of channels. */
  shift: 'i32',
  depth: 'i32',
  target: 'i32',
} as const;

/** Packs panels of `width` gathered pixels: `target[panel][tap][channel][pixel]`. */
function packPixels(module: ModuleBuilder, width: number): FunctionRef<typeof PACK_PIXELS, 'void'> {
  const name = `packPixels${width}`;
  return module.once(name, () =>
    module.function(name, PACK_PIXELS, (f, { table, pitch, taps, panels, shift, depth, target }) => {
      const pixels = Array.from({ length: width }, () => f.local('i32'));
      f.while(panels, () => {
        const entry = f.let(table);
        f.for(0, taps, 1, () => {
          pixels.forEach((pixel, lane) => {
            f.set(pixel, i32.add(i32.load(entry, lane * 4), shift));
          });
          packRows(f, pixels, depth, target);
          f.increment(entry, pitch);
        });
        f.increment(table, width * 4);
        f.increment(panels, -1);
      });
    }),
  );
}

/** Scratch bytes of one {@link conv} call. */
export function convWorkspace(
  size: {
    readonly sourceFloats: number;
    readonly targetFloats: number;
    readonly channels: number;
    readonly taps: number;
  },
  { pixelBlock, columnBlock, tapBlock, channelBlock }: ConvBlocks,
  options: KernelOptions,
): number {
  const { rows, columns } = options.tile;
  const words =
    pixelBlock * (1 + gatherScratchWords + size.taps + tapBlock * channelBlock) +
    size.sourceFloats +
    size.targetFloats +
    rows +
    columns +
    size.taps * size.channels * columnBlock;
  return tileScratchBytes(options) + words * 4 + 6 * 64;
}
