// A convolution is a matrix product whose left matrix is never written down: row = pixel of the result, column = (tap of
// the kernel, channel). A table holds the address of the source pixel for every tap and row, or of a row of zeros where
// the kernel looks over the edge. Strides, dilations and paddings are spent in making the table.

import { type FunctionRef, i32, i32x4, type ModuleBuilder, v128 } from '../wasm/index.ts';

/** Where the pixels of a result look in a source; three axes, the last one fastest. Strides count bytes. */
export const GRID = {
  source: 'i32',
  sourceBatch: 'i32',
  source0: 'i32',
  source1: 'i32',
  source2: 'i32',
  /** Pixels of the source along each axis, at least 1. */
  limit0: 'i32',
  limit1: 'i32',
  limit2: 'i32',
  /** Pixels of the result along each axis. */
  grid0: 'i32',
  grid1: 'i32',
  grid2: 'i32',
  /** Tap `t` of pixel `g` looks at `g * step + t * reach + origin`. */
  step0: 'i32',
  step1: 'i32',
  step2: 'i32',
  reach0: 'i32',
  reach1: 'i32',
  reach2: 'i32',
  origin0: 'i32',
  origin1: 'i32',
  origin2: 'i32',
  taps0: 'i32',
  taps1: 'i32',
  taps2: 'i32',
  /** Where the pixels of the result lie. */
  target: 'i32',
  targetBatch: 'i32',
  target0: 'i32',
  target1: 'i32',
  target2: 'i32',
} as const;

const LOOKUP = {
  /** The pixels to look up: `count` from number `first` on, then up to `capacity` (a multiple of 4) rows of nothing. */
  first: 'i32',
  count: 'i32',
  capacity: 'i32',
  /** `capacity` addresses in the result; surplus rows go to the sink. */
  rows: 'i32',
  sink: 'i32',
  /** Address of zeros. */
  zeros: 'i32',
  /** `[tap][capacity]` addresses in the source. */
  table: 'i32',
  /** Scratch, {@link gatherScratchWords} per row of capacity. */
  scratch: 'i32',
} as const;

const GATHER: typeof GRID & typeof LOOKUP = { ...GRID, ...LOOKUP };

/** Words of scratch per row that {@link gatherTable} needs. */
export const gatherScratchWords = 4;

/** Fills `rows` and `table` for a run of pixels. */
export function gatherTable(module: ModuleBuilder): FunctionRef<typeof GATHER, 'void'> {
  const locate = locatePixels(module);
  return module.once('gatherTable', () =>
    module.function('gatherTable', GATHER, (f, p) => {
      f.call(locate, p);
      const pitch = f.let(i32.shl(p.capacity, 2));
      const zeros = f.let(i32x4.splat(p.zeros));
      const last = [p.limit0, p.limit1, p.limit2].map((limit) => f.let(i32x4.splat(i32.sub(limit, 1))));
      const reach = [p.reach0, p.reach1, p.reach2].map((step) => f.let(i32x4.splat(step)));
      const strides = [p.source0, p.source1, p.source2].map((stride) => f.let(i32x4.splat(stride)));
      const jump = f.let(i32x4.mul(reach[2]!, strides[2]!));
      f.for(0, pitch, 16, (at) => {
        const word = (array: number) => v128.load(i32.add(i32.add(p.scratch, i32.mul(pitch, array)), at));
        const base = f.let(word(0));
        const z = f.let(word(1));
        const entry = f.let(i32.add(p.table, at));
        f.for(0, p.taps0, 1, () => {
          const inside0 = f.let(i32x4.leU(z, last[0]!));
          const plane = f.let(i32x4.add(base, i32x4.mul(z, strides[0]!)));
          const y = f.let(word(2));
          f.for(0, p.taps1, 1, () => {
            const inside1 = f.let(v128.and(inside0, i32x4.leU(y, last[1]!)));
            const x = f.let(word(3));
            const address = f.let(i32x4.add(i32x4.add(plane, i32x4.mul(y, strides[1]!)), i32x4.mul(x, strides[2]!)));
            f.for(0, p.taps2, 1, () => {
              const inside = v128.and(inside1, i32x4.leU(x, last[2]!));
              f.emit(v128.store(entry, v128.bitselect(address, zeros, inside)));
              f.increment(entry, pitch);
              f.set(x, i32x4.add(x, reach[2]!));
              f.set(address, i32x4.add(address, jump));
            });
            f.set(y, i32x4.add(y, reach[1]!));
          });
          f.set(z, i32x4.add(z, reach[0]!));
        });
      });
    }),
  );
}

/** Writes batch base and coordinates of each pixel's first tap to four arrays in the scratch, and the result's rows. */
function locatePixels(module: ModuleBuilder): FunctionRef<typeof GATHER, 'void'> {
  return module.once('locatePixels', () =>
    module.function('locatePixels', GATHER, (f, p) => {
      const rest = f.let(p.first);
      const digit = (size: typeof p.grid0) => {
        const value = f.let(i32.remU(rest, size));
        f.set(rest, i32.divU(rest, size));
        return value;
      };
      const x = f.local('i32');
      const y = f.local('i32');
      const z = f.local('i32');
      const base = f.local('i32');
      const row = f.local('i32');
      const [gx, gy, gz] = [f.local('i32'), f.local('i32'), f.local('i32')];
      f.if(p.count, () => {
        f.set(gx, digit(p.grid2));
        f.set(gy, digit(p.grid1));
        f.set(gz, digit(p.grid0));
        f.set(x, i32.add(i32.mul(gx, p.step2), p.origin2));
        f.set(y, i32.add(i32.mul(gy, p.step1), p.origin1));
        f.set(z, i32.add(i32.mul(gz, p.step0), p.origin0));
        f.set(base, i32.add(p.source, i32.mul(rest, p.sourceBatch)));
        const inBatch = i32.add(i32.mul(gz, p.target0), i32.add(i32.mul(gy, p.target1), i32.mul(gx, p.target2)));
        f.set(row, i32.add(i32.add(p.target, i32.mul(rest, p.targetBatch)), inBatch));
      });
      const wrap2 = f.let(i32.sub(p.target1, i32.mul(p.grid2, p.target2)));
      const wrap1 = f.let(i32.sub(p.target0, i32.mul(p.grid1, p.target1)));
      const wrap0 = f.let(i32.sub(p.targetBatch, i32.mul(p.grid0, p.target0)));
      const pitch = f.let(i32.shl(p.capacity, 2));
      const write = (at: typeof gx) => {
        f.emit(i32.store(i32.add(p.rows, at), row));
        [base, z, y, x].forEach((value, array) => {
          f.emit(i32.store(i32.add(i32.add(p.scratch, i32.mul(pitch, array)), at), value));
        });
      };
      const carry = (digits: typeof gx, size: typeof gx, then: () => void) => {
        f.increment(digits, 1);
        f.if(i32.eq(digits, size), () => {
          f.set(digits, 0);
          then();
        });
      };
      f.for(0, i32.shl(p.count, 2), 4, (at) => {
        write(at);
        f.increment(x, p.step2);
        f.increment(row, p.target2);
        carry(gx, p.grid2, () => {
          f.set(x, p.origin2);
          f.increment(y, p.step1);
          f.increment(row, wrap2);
          carry(gy, p.grid1, () => {
            f.set(y, p.origin1);
            f.increment(z, p.step0);
            f.increment(row, wrap1);
            carry(gz, p.grid0, () => {
              f.set(z, p.origin0);
              f.increment(base, p.sourceBatch);
              f.increment(row, wrap0);
            });
          });
        });
      });
      f.set(z, OUTSIDE);
      f.set(row, p.sink);
      f.for(i32.shl(p.count, 2), pitch, 4, write);
    }),
  );
}

/** A coordinate beyond every source, whatever the tap adds to it. */
const OUTSIDE = 0x40000000;
