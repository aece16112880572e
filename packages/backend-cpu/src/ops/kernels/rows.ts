import { min, offset } from '../../kernels/arithmetic.ts';
import { defineKernel, type Kernel } from '../../kernels/kernel.ts';
import { type Expr, type FunctionBuilder, f32, f32x4, i32, i32x4, type Local, memory, v128 } from '../../wasm/index.ts';

const GATHER = {
  x: 'i32',
  indices: 'i32',
  y: 'i32',
  /** Rows there are to choose from, and chosen ones, in each block. */
  size: 'i32',
  count: 'i32',
  /** Bytes of a row. */
  row: 'i32',
} as const;

/** Rows by number, zeros for numbers out of range; units are chosen rows of all blocks. */
export const gatherRows: Kernel<typeof GATHER> = defineKernel('gatherRows', GATHER, (f, p) => {
  const block = f.let(i32.divU(p.begin, p.count));
  const k = f.let(i32.remU(p.begin, p.count));
  const target = f.let(offset(p.y, p.begin, p.row));
  f.for(p.begin, p.end, 1, () => {
    const index = f.let(i32.load(i32.add(p.indices, i32.shl(k, 2))));
    f.if(
      i32.ltU(index, p.size),
      () => copyRow(f, target, f.let(offset(p.x, i32.add(i32.mul(block, p.size), index), p.row)), p.row),
      () => f.emit(memory.fill(target, 0, p.row)),
    );
    f.increment(target, p.row);
    f.increment(k, 1);
    f.if(i32.geS(k, p.count), () => {
      f.set(k, 0);
      f.increment(block, 1);
    });
  });
});

function copyRow(f: FunctionBuilder, target: Local<'i32'>, source: Local<'i32'>, bytes: Local<'i32'>): void {
  const at = f.local('i32');
  const whole = f.let(i32.and(bytes, -16));
  f.set(at, 0);
  f.while(i32.ltU(at, whole), () => {
    f.emit(v128.store(i32.add(target, at), v128.load(i32.add(source, at))));
    f.increment(at, 16);
  });
  f.while(i32.ltU(at, bytes), () => {
    f.emit(i32.store(i32.add(target, at), i32.load(i32.add(source, at))));
    f.increment(at, 4);
  });
}

const SCATTER = {
  indices: 'i32',
  x: 'i32',
  y: 'i32',
  /** Rows of the result, and rows to add, in each block. */
  size: 'i32',
  count: 'i32',
  /** Bytes of a row. */
  row: 'i32',
} as const;

interface Adder {
  readonly vectors: (a: Expr<'v128'>, b: Expr<'v128'>) => Expr<'v128'>;
  readonly add: (address: Expr<'i32'>, other: Expr<'i32'>) => ReturnType<typeof i32.store>;
}

function scatter(name: string, { vectors, add }: Adder): Kernel<typeof SCATTER> {
  return defineKernel(name, SCATTER, (f, p) => {
    const row = f.let(p.begin);
    f.while(i32.ltU(row, p.end), () => {
      const block = f.let(i32.divU(row, p.size));
      const low = f.let(i32.remU(row, p.size));
      const ahead = f.let(i32.sub(p.end, row));
      const room = f.let(i32.sub(p.size, low));
      const rows = f.let(min(ahead, room));
      const base = f.let(offset(p.y, row, p.row));
      f.emit(memory.fill(base, 0, i32.mul(rows, p.row)));
      const source = f.let(offset(p.x, i32.mul(block, p.count), p.row));
      const whole = f.let(i32.and(p.row, -16));
      f.for(0, p.count, 1, (k) => {
        const place = f.let(i32.sub(i32.load(i32.add(p.indices, i32.shl(k, 2))), low));
        f.if(i32.ltU(place, rows), () => {
          const target = f.let(offset(base, place, p.row));
          const at = f.local('i32');
          f.set(at, 0);
          f.while(i32.ltU(at, whole), () => {
            const address = f.let(i32.add(target, at));
            f.emit(v128.store(address, vectors(v128.load(address), v128.load(i32.add(source, at)))));
            f.increment(at, 16);
          });
          f.while(i32.ltU(at, p.row), () => {
            f.emit(add(f.let(i32.add(target, at)), i32.add(source, at)));
            f.increment(at, 4);
          });
        });
        f.increment(source, p.row);
      });
      f.increment(row, rows);
    });
  });
}

/** Zeros with float rows added at numbers; units are rows of the result, and each looks through all numbers. */
export const scatterFloats: Kernel<typeof SCATTER> = scatter('scatterFloats', {
  vectors: f32x4.add,
  add: (address, other) => f32.store(address, f32.add(f32.load(address), f32.load(other))),
});

/** Zeros with integer rows added at numbers; units as above. */
export const scatterIntegers: Kernel<typeof SCATTER> = scatter('scatterIntegers', {
  vectors: i32x4.add,
  add: (address, other) => i32.store(address, i32.add(i32.load(address), i32.load(other))),
});
