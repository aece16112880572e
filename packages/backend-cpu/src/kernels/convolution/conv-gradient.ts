import {
  type FunctionBuilder,
  type FunctionRef,
  f32,
  i32,
  type Local,
  type ModuleBuilder,
  memory,
  select,
  v128,
} from '../../wasm/index.ts';
import { alignUp, element, max, min, offset } from '../arithmetic.ts';
import { GRID, gatherScratchWords, gatherTable } from '../gather.ts';
import { defineKernel, type Kernel, type KernelOptions } from '../kernel.ts';
import { packCopy } from '../product/pack.ts';
import { multiplyPanels, prepareScratch, tileScratchBytes } from '../product/tile.ts';

const GRADIENT = {
  /** Pixels of dy over all batches; its rows are `dyStride` bytes apart. */
  pixels: 'i32',
  dy: 'i32',
  dyStride: 'i32',
  /** The gradient: rows (tap, channel) `dwStride` bytes apart. */
  dw: 'i32',
  dwStride: 'i32',
  /** Channels and filters of one group. */
  channels: 'i32',
  columns: 'i32',
  groups: 'i32',
  /** Bytes from group to group. */
  sourceGroup: 'i32',
  dyGroup: 'i32',
  dwGroup: 'i32',
  /** Floats of a whole source pixel. */
  sourceFloats: 'i32',
  /** Above 0, units are slices of so many pixels, each writing a gradient of its own, `sliceBytes` apart. Else row panels. */
  slice: 'i32',
  sliceBytes: 'i32',
  /** 1 reads full panels of dy in place. */
  direct: 'i32',
  pixelBlock: 'i32',
  rowBlock: 'i32',
  columnBlock: 'i32',
} as const;

/** Block sizes of one {@link convKernelGradient} call. */
export type GradientBlocks = { readonly [K in 'pixelBlock' | 'rowBlock' | 'columnBlock']: number };

/**
 * Gradient of a convolution with respect to its kernel: the product `[taps x channels, pixels] x [pixels, filters]`,
 * its left matrix gathered from the input.
 */
export const convKernelGradient: Kernel<typeof GRID & typeof GRADIENT> = defineKernel(
  'convKernelGradient',
  { ...GRID, ...GRADIENT },
  (f, p, { module, options }) => {
    const { rows: height, columns: width } = options.tile;
    const taps = f.let(i32.mul(i32.mul(p.taps0, p.taps1), p.taps2));
    const total = f.let(i32.mul(taps, p.channels));
    const surplus = f.let(i32.add(max(p.rowBlock, p.pixelBlock), height));
    const rows = f.let(alignUp(i32.add(p.workspace, tileScratchBytes(options))));
    const sink = f.let(alignUp(element(rows, surplus)));
    const zeros = f.let(alignUp(element(sink, i32.add(p.columnBlock, width))));
    const scratch = f.let(alignUp(element(zeros, p.sourceFloats)));
    const table = f.let(element(scratch, i32.mul(p.pixelBlock, gatherScratchWords)));
    const aPanels = f.let(alignUp(element(table, i32.mul(taps, p.pixelBlock))));
    const bPanels = f.let(alignUp(element(aPanels, i32.mul(p.pixelBlock, p.rowBlock))));
    f.emit(...prepareScratch(p.workspace, options));
    f.emit(memory.fill(zeros, 0, i32.shl(p.sourceFloats, 2)));
    const pitch = f.let(i32.shl(p.pixelBlock, 2));

    const unit = f.let(p.begin);
    f.while(i32.ltS(unit, p.end), () => {
      const firstPixel = f.local('i32');
      const endPixel = f.local('i32');
      const firstRow = f.local('i32');
      const endRow = f.local('i32');
      const result = f.let(p.dw);
      f.if(
        p.slice,
        () => {
          f.set(firstPixel, i32.mul(unit, p.slice));
          f.set(endPixel, i32.add(firstPixel, p.slice));
          f.set(endPixel, min(endPixel, p.pixels));
          f.set(firstRow, 0);
          f.set(endRow, total);
          f.set(result, offset(p.dw, unit, p.sliceBytes));
          f.increment(unit, 1);
        },
        () => {
          f.set(firstPixel, 0);
          f.set(endPixel, p.pixels);
          f.set(firstRow, i32.mul(p.begin, height));
          f.set(endRow, i32.mul(p.end, height));
          f.set(endRow, min(endRow, total));
          f.set(unit, p.end);
        },
      );
      f.for(0, p.groups, 1, (group) => {
        f.for(0, p.columns, p.columnBlock, (column) => {
          const columns = f.let(i32.sub(p.columns, column));
          f.set(columns, min(columns, p.columnBlock));
          const inPlace = f.let(select(p.direct, i32.and(columns, -width), i32.const(0)));
          const pixel = f.let(firstPixel);
          f.loop(
            () => {
              const depth = f.let(i32.sub(endPixel, pixel));
              f.set(depth, min(depth, p.pixelBlock));
              const gathered = {
                first: pixel,
                count: depth,
                capacity: p.pixelBlock,
                rows,
                sink,
                zeros,
                table,
                scratch,
              };
              f.call(gatherTable(module), { ...p, ...gathered });
              const b = f.let(i32.add(offset(p.dy, pixel, p.dyStride), i32.mul(group, p.dyGroup)));
              f.set(b, element(b, column));
              f.call(packCopy(module, width), {
                source: element(b, inPlace),
                stride: p.dyStride,
                depth,
                count: i32.sub(columns, inPlace),
                target: bPanels,
                pitch: i32.mul(depth, width * 4),
              });
              f.for(firstRow, endRow, p.rowBlock, (row) => {
                const count = f.let(i32.sub(endRow, row));
                f.set(count, min(count, p.rowBlock));
                const panels = f.let(i32.divU(i32.add(count, height - 1), height));
                const corner = f.let(element(i32.add(result, i32.mul(group, p.dwGroup)), column));
                f.for(0, i32.mul(panels, height), 1, (i) => {
                  const line = offset(corner, i32.add(row, i), p.dwStride);
                  f.emit(i32.store(element(rows, i), select(i32.ltS(i, count), line, sink)));
                });
                f.call(packTaps(module, height), {
                  table,
                  pitch,
                  shift: i32.mul(group, p.sourceGroup),
                  channels: p.channels,
                  row,
                  panels,
                  total,
                  depth,
                  target: aPanels,
                });
                const accumulate = i32.ne(pixel, firstPixel);
                const common = { a: aPanels, rows, panels, depth, accumulate, bias: 0, relu: 0, scratch: p.workspace };
                const multiply = multiplyPanels(module, options);
                f.call(multiply, { ...common, b, step: p.dyStride, panel: width * 4, shift: 0, columns: inPlace });
                f.call(multiply, {
                  ...common,
                  b: bPanels,
                  step: width * 4,
                  panel: i32.mul(depth, width * 4),
                  shift: i32.shl(inPlace, 2),
                  columns: i32.sub(columns, inPlace),
                });
              });
              f.increment(pixel, p.pixelBlock);
            },
            i32.ltS(pixel, endPixel),
          );
        });
      });
    });
  },
);

const PACK_TAPS = {
  /** Addresses `[tap][pixel]`, `pitch` bytes from tap to tap. */
  table: 'i32',
  pitch: 'i32',
  /** Bytes from the addresses to the first channel of the group, and its number of channels. */
  shift: 'i32',
  channels: 'i32',
  /** First row (tap x channels + channel), panels to pack, rows there are. */
  row: 'i32',
  panels: 'i32',
  total: 'i32',
  /** Pixels. */
  depth: 'i32',
  target: 'i32',
} as const;

/** Packs panels of `width` rows of the gathered matrix's transpose: `target[panel][pixel][row]`. */
function packTaps(module: ModuleBuilder, width: number): FunctionRef<typeof PACK_TAPS, 'void'> {
  const name = `packTaps${width}`;
  const lanes = width % 4 === 0 ? 4 : 2;
  return module.once(name, () =>
    module.function(name, PACK_TAPS, (f, p) => {
      const vectors = f.let(i32.eqz(i32.remU(p.channels, lanes)));
      f.while(p.panels, () => {
        f.if(
          vectors,
          () => packGroups(f, p, width, lanes),
          () => packGroups(f, p, width, 1),
        );
        f.increment(p.row, width);
        f.increment(p.target, i32.mul(p.depth, width * 4));
        f.increment(p.panels, -1);
      });
    }),
  );
}

type PackTaps = { readonly [K in keyof typeof PACK_TAPS]: Local<'i32'> };

/** One panel, its rows in groups of neighbours that share a tap. */
function packGroups(f: FunctionBuilder, p: PackTaps, width: number, lanes: 1 | 2 | 4): void {
  const lastGroup = f.let(i32.sub(p.total, lanes));
  const groups = Array.from({ length: width / lanes }, (_, i) => {
    const row = f.let(i32.add(p.row, i * lanes));
    f.set(row, min(row, lastGroup));
    const entry = f.let(offset(p.table, i32.divU(row, p.channels), p.pitch));
    return { entry, shift: f.let(element(p.shift, i32.remU(row, p.channels))) };
  });
  const to = f.let(p.target);
  const k = f.let(p.depth);
  f.while(k, () => {
    groups.forEach(({ entry, shift }, i) => {
      const from = i32.add(i32.load(entry), shift);
      const at = i * lanes * 4;
      if (lanes === 4) f.emit(v128.store(to, v128.load(from), at));
      else if (lanes === 2) f.emit(v128.store64Lane(to, v128.load64Zero(from), 0, at));
      else f.emit(f32.store(to, f32.load(from), at));
      f.increment(entry, 4);
    });
    f.increment(to, width * 4);
    f.increment(k, -1);
  });
}

/** Scratch bytes of one {@link convKernelGradient} call. */
export function gradientWorkspace(
  size: { readonly sourceFloats: number; readonly taps: number },
  { pixelBlock, rowBlock, columnBlock }: GradientBlocks,
  options: KernelOptions,
): number {
  const { rows, columns } = options.tile;
  const words =
    Math.max(rowBlock, pixelBlock) +
    rows +
    columns +
    columnBlock +
    size.sourceFloats +
    pixelBlock * (gatherScratchWords + size.taps + rowBlock + columnBlock);
  return tileScratchBytes(options) + words * 4 + 6 * 64;
}
