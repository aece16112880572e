import {
  type FunctionBuilder,
  type FunctionRef,
  f32,
  i32,
  type Local,
  type ModuleBuilder,
  type Operand,
  v128,
} from '../wasm/index.ts';
import { element, min, offset, transpose4 } from './arithmetic.ts';
import type { KernelOptions } from './kernel.ts';
import type { TileShape } from './winograd-matrices.ts';
import { transformTile } from './winograd-transform.ts';

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
      const inPlace = f.let(i32.eq(p.weightColumn, 4));
      const panel = f.let(i32.const(0));
      f.for(0, p.columns, wide, (column) => {
        const columns = f.let(i32.sub(p.columns, column));
        f.set(columns, min(columns, wide));
        const corner = f.let(offset(first, column, p.weightColumn));
        const transform = (channel: Operand<'i32'>, count: Local<'i32'>, fromStep: Operand<'i32'>): void =>
          f.call(spread, {
            ...{ from: p.taps, fromShift: 0, to: p.table, toShift: i32.add(panel, i32.mul(channel, wide * 4)) },
            ...{ channels: columns, count, fromStep, toStep: wide * 4, scratch: p.middle },
          });
        f.if(
          inPlace,
          () => {
            writeTaps(f, p.taps, (y, x) => i32.add(corner, i32.add(i32.mul(p.weight1, y), i32.mul(p.weight2, x))));
            transform(0, p.channels, p.weightChannel);
          },
          () => {
            writeTaps(f, p.taps, (y, x) => i32.add(p.spare, (y * 3 + x) * wide * 4));
            f.for(0, p.channels, 4, (channel) => {
              const count = f.let(i32.sub(p.channels, channel));
              f.set(count, min(count, 4));
              turnRound(f, p, { corner: f.let(element(corner, channel)), count, columns, wide });
              transform(channel, count, 9 * wide * 4);
            });
          },
        );
        f.increment(panel, i32.mul(p.channels, wide * 4));
      });
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
