import {
  type FunctionBuilder,
  type FunctionRef,
  f32,
  i32,
  type Local,
  type ModuleBuilder,
  v128,
} from '../../wasm/index.ts';
import { element, min, offset, transpose4 } from '../arithmetic.ts';
import type { KernelOptions } from '../kernel.ts';
import type { TileShape } from './matrices.ts';
import { transformTile } from './transform.ts';

/** Where a kernel of 3 x 3 taps lies. */
export const WEIGHTS = {
  weights: 'i32',
  /** Bytes from weight to weight along taps, summed channels, result channels; one of the last two is 4. */
  weight1: 'i32',
  weight2: 'i32',
  weightChannel: 'i32',
  weightColumn: 'i32',
} as const;

const TRANSFORM = {
  channels: 'i32',
  /** The first result channel, and how many. */
  column: 'i32',
  columns: 'i32',
  /** Addresses of the packed panels of each position. */
  table: 'i32',
  /** Scratch: that of transforms, the addresses of nine taps, and {@link spareWords}. */
  middle: 'i32',
  taps: 'i32',
  spare: 'i32',
} as const;

const WEIGHTS_TRANSFORM: typeof WEIGHTS & typeof TRANSFORM = { ...WEIGHTS, ...TRANSFORM };

type P = { readonly [K in keyof typeof WEIGHTS_TRANSFORM]: Local<'i32'> };

/** Words of scratch in which {@link transformWeights} turns four channels round. */
export function spareWords({ tile }: KernelOptions): number {
  return 4 * 9 * tile.columns;
}

/** The function that transforms a kernel, G g G^T, into one matrix of packed panels per position. */
export function transformWeights(
  module: ModuleBuilder,
  options: KernelOptions,
  shape: TileShape,
): FunctionRef<typeof WEIGHTS_TRANSFORM, 'void'> {
  const wide = options.tile.columns;
  const spread = transformTile(module, options, shape, 'kernel');
  const name = `winograd${shape.name}/weights`;
  return module.once(name, () =>
    module.function(name, WEIGHTS_TRANSFORM, (f, p) => {
      const first = f.let(offset(p.weights, p.column, p.weightColumn));
      /** Visits the panels of columns, `at` bytes along the packed ones. */
      const panels = (body: (column: Local<'i32'>, columns: Local<'i32'>, at: Local<'i32'>) => void): void => {
        const at = f.let(i32.const(0));
        f.for(0, p.columns, wide, (column) => {
          const columns = f.let(i32.sub(p.columns, column));
          f.set(columns, min(columns, wide));
          body(column, columns, at);
          f.increment(at, i32.mul(p.channels, wide * 4));
        });
      };
      /** Visits runs of channels. */
      const channels = (most: number, body: (channel: Local<'i32'>, count: Local<'i32'>) => void): void =>
        f.for(0, p.channels, most, (channel) => {
          const count = f.let(i32.sub(p.channels, channel));
          f.set(count, min(count, most));
          body(channel, count);
        });
      const common = { from: p.taps, to: p.table, toStep: wide * 4, scratch: p.middle };
      f.if(
        i32.eq(p.weightColumn, 4),
        () => {
          writeTaps(f, p.taps, (y, x) => i32.add(first, i32.add(i32.mul(p.weight1, y), i32.mul(p.weight2, x))));
          // Few channels at a time: a line of the cache has columns of two panels, and should still be there for the second.
          channels(8, (channel, count) => {
            const row = f.let(i32.mul(channel, p.weightChannel));
            panels((column, columns, at) =>
              f.call(spread, {
                ...{ ...common, fromShift: element(row, column), toShift: offset(at, channel, wide * 4) },
                ...{ channels: columns, count, fromStep: p.weightChannel },
              }),
            );
          });
        },
        () => {
          writeTaps(f, p.taps, (y, x) => i32.add(p.spare, (y * 3 + x) * wide * 4));
          panels((column, columns, at) =>
            channels(4, (channel, count) => {
              const corner = f.let(element(offset(first, column, p.weightColumn), channel));
              turnRound(f, p, { corner, count, columns, wide });
              f.call(spread, {
                ...{ ...common, fromShift: 0, toShift: offset(at, channel, wide * 4) },
                ...{ channels: columns, count, fromStep: 9 * wide * 4 },
              });
            }),
          );
        },
      );
    }),
  );
}

function writeTaps(
  f: FunctionBuilder,
  taps: Local<'i32'>,
  address: (y: number, x: number) => ReturnType<typeof i32.add>,
): void {
  for (let tap = 0; tap < 9; tap++) f.emit(i32.store(taps, address(Math.floor(tap / 3), tap % 3), tap * 4));
}

interface Block {
  readonly corner: Local<'i32'>;
  /** Channels, at most 4, and columns. */
  readonly count: Local<'i32'>;
  readonly columns: Local<'i32'>;
  readonly wide: number;
}

/** Copies a panel's columns of up to four neighbouring channels so that columns are neighbours: `[channel][tap][column]`. */
function turnRound(f: FunctionBuilder, p: P, { corner, count, columns, wide }: Block): void {
  const last = f.let(i32.sub(columns, 1));
  const [row, plane] = [wide * 4, 9 * wide * 4];
  const line = f.let(corner);
  const to = f.let(p.spare);
  f.for(0, 3, 1, () => {
    const tap = f.let(line);
    f.for(0, 3, 1, () => {
      f.if(
        i32.eq(count, 4),
        () =>
          f.for(0, columns, 4, (column) => {
            const lines = [0, 1, 2, 3].map((i) => {
              const at = f.let(i32.add(column, i));
              return v128.load(offset(tap, min(at, last), p.weightColumn));
            });
            const target = f.let(element(to, column));
            transpose4(f, lines).forEach((channel, i) => {
              f.emit(v128.store(target, channel, i * plane));
            });
          }),
        () =>
          f.for(0, columns, 1, (column) =>
            f.for(0, count, 1, (i) => {
              const weight = f32.load(element(offset(tap, column, p.weightColumn), i));
              f.emit(f32.store(offset(element(to, column), i, plane), weight));
            }),
          ),
      );
      f.increment(to, row);
      f.increment(tap, p.weight2);
    });
    f.increment(line, p.weight1);
  });
}
