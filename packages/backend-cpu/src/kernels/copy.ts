// Moving elements without looking at them: slices, transpositions, flips, concatenations, broadcasts are all
// "for every index, target[index . targetSteps] = source[index . sourceSteps]".

import { type Expr, type FunctionBuilder, i32, type Local, memory, type Statement, v128 } from '../wasm/index.ts';
import { min, offset, transpose4 } from './arithmetic.ts';
import { defineKernel, type Kernel } from './kernel.ts';

/** Up to four outer axes, slowest first; steps are signed bytes. */
export const OUTER = {
  source: 'i32',
  target: 'i32',
  size0: 'i32',
  size1: 'i32',
  size2: 'i32',
  size3: 'i32',
  sourceStep0: 'i32',
  sourceStep1: 'i32',
  sourceStep2: 'i32',
  sourceStep3: 'i32',
  targetStep0: 'i32',
  targetStep1: 'i32',
  targetStep2: 'i32',
  targetStep3: 'i32',
} as const;

type I32 = Local<'i32'>;
type Outer = { readonly [K in keyof typeof OUTER]: I32 };

/** Visits outer indices `[begin, end)` with pointers that follow, odometer style. */
function forEachOuter(
  f: FunctionBuilder,
  p: Outer,
  begin: Expr<'i32'>,
  end: Expr<'i32'>,
  body: (source: I32, target: I32) => void,
): void {
  const sizes = [p.size0, p.size1, p.size2, p.size3] as const;
  const sourceSteps = [p.sourceStep0, p.sourceStep1, p.sourceStep2, p.sourceStep3] as const;
  const targetSteps = [p.targetStep0, p.targetStep1, p.targetStep2, p.targetStep3] as const;
  const rest = f.let(begin);
  const [source, target] = [f.let(p.source), f.let(p.target)];
  const digits = sizes.map(() => f.local('i32'));
  f.if(i32.ltS(begin, end), () => {
    for (let axis = 3; axis >= 0; axis--) {
      f.set(digits[axis]!, i32.remU(rest, sizes[axis]!));
      f.set(rest, i32.divU(rest, sizes[axis]!));
      f.set(source, offset(source, digits[axis]!, sourceSteps[axis]!));
      f.set(target, offset(target, digits[axis]!, targetSteps[axis]!));
    }
  });
  const advance = (axis: number): void => {
    f.increment(source, sourceSteps[axis]!);
    f.increment(target, targetSteps[axis]!);
    if (axis === 0) return;
    f.increment(digits[axis]!, 1);
    f.if(i32.eq(digits[axis]!, sizes[axis]!), () => {
      f.set(digits[axis]!, 0);
      f.set(source, i32.sub(source, i32.mul(sizes[axis]!, sourceSteps[axis]!)));
      f.set(target, i32.sub(target, i32.mul(sizes[axis]!, targetSteps[axis]!)));
      advance(axis - 1);
    });
  };
  f.for(begin, end, 1, () => {
    body(source, target);
    advance(3);
  });
}

const RUN = { bytes: 'i32' } as const;

/** Copies runs of neighbouring bytes; units are runs. */
export const copyRuns: Kernel<typeof OUTER & typeof RUN> = defineKernel('copyRuns', { ...OUTER, ...RUN }, (f, p) => {
  f.if(
    i32.geU(p.bytes, LONG_RUN),
    () => forEachOuter(f, p, p.begin, p.end, (source, target) => f.emit(memory.copy(target, source, p.bytes))),
    () =>
      forEachOuter(f, p, p.begin, p.end, (source, target) => {
        const at = f.local('i32');
        f.set(at, 0);
        const move = (size: number, statement: (from: Expr<'i32'>, to: Expr<'i32'>) => Statement): void => {
          f.while(i32.leS(at, i32.sub(p.bytes, size)), () => {
            f.emit(statement(i32.add(source, at), i32.add(target, at)));
            f.increment(at, size);
          });
        };
        move(16, (from, to) => v128.store(to, v128.load(from)));
        move(4, (from, to) => i32.store(to, i32.load(from)));
        move(1, (from, to) => i32.store8(to, i32.load8U(from)));
      }),
  );
});

/** From so many bytes on, the engine's own copy is faster than a loop. */
const LONG_RUN = 1024;

const LINE = { count: 'i32', sourceStep: 'i32', targetStep: 'i32', /** 1 or 4. */ bytes: 'i32' } as const;

/** Copies lines of single elements; units are lines. */
export const copyElements: Kernel<typeof OUTER & typeof LINE> = defineKernel(
  'copyElements',
  { ...OUTER, ...LINE },
  (f, p) => {
    const lines = (statement: (from: Expr<'i32'>, to: Expr<'i32'>) => Statement): void => {
      forEachOuter(f, p, p.begin, p.end, (source, target) => {
        const [from, to] = [f.let(source), f.let(target)];
        f.for(0, p.count, 1, () => {
          f.emit(statement(from, to));
          f.increment(from, p.sourceStep);
          f.increment(to, p.targetStep);
        });
      });
    };
    f.if(
      i32.eq(p.bytes, 4),
      () => lines((from, to) => i32.store(to, i32.load(from))),
      () => lines((from, to) => i32.store8(to, i32.load8U(from))),
    );
  },
);

const MATRIX = {
  /** The axis along which the source lies dense, and the one along which the target does. */
  rows: 'i32',
  columns: 'i32',
  sourceStep: 'i32',
  targetStep: 'i32',
  /** Rows per unit, a multiple of 4; `ceil(rows / rowBlock)` units per outer index. */
  rowBlock: 'i32',
} as const;

/** Transposes matrices of 4-byte elements: `target[row * targetStep + column] = source[column * sourceStep + row]`. */
export const copyTransposed: Kernel<typeof OUTER & typeof MATRIX> = defineKernel(
  'copyTransposed',
  { ...OUTER, ...MATRIX },
  (f, p) => {
    const blocks = f.let(i32.divU(i32.add(p.rows, i32.sub(p.rowBlock, 1)), p.rowBlock));
    f.for(p.begin, p.end, 1, (unit) => {
      const outer = f.let(i32.divU(unit, blocks));
      const first = f.let(i32.mul(i32.remU(unit, blocks), p.rowBlock));
      const last = f.let(i32.add(first, p.rowBlock));
      f.set(last, min(last, p.rows));
      const wholeRows = f.let(i32.sub(last, i32.and(i32.sub(last, first), 3)));
      forEachOuter(f, p, outer, i32.add(outer, 1), (source, target) => {
        f.for(0, p.columns, COLUMN_BLOCK, (left) => {
          const right = f.let(i32.add(left, COLUMN_BLOCK));
          f.set(right, min(right, p.columns));
          const wholeColumns = f.let(i32.sub(right, i32.and(i32.sub(right, left), 3)));
          const single = (row: Expr<'i32'>, column: Expr<'i32'>): void => {
            const from = i32.add(offset(source, column, p.sourceStep), i32.shl(row, 2));
            f.emit(i32.store(i32.add(offset(target, row, p.targetStep), i32.shl(column, 2)), i32.load(from)));
          };
          f.for(first, wholeRows, 4, (row) => {
            const from = f.let(i32.add(offset(source, left, p.sourceStep), i32.shl(row, 2)));
            const to = f.let(i32.add(offset(target, row, p.targetStep), i32.shl(left, 2)));
            f.for(left, wholeColumns, 4, () => {
              const lines = [0, 1, 2, 3].map(() => {
                const line = f.let(v128.load(from));
                f.increment(from, p.sourceStep);
                return line;
              });
              const line = f.let(to);
              for (const column of transpose4(f, lines)) {
                f.emit(v128.store(line, column));
                f.increment(line, p.targetStep);
              }
              f.increment(to, 16);
            });
            f.for(wholeColumns, right, 1, (column) => {
              for (let i = 0; i < 4; i++) single(i32.add(row, i), column);
            });
          });
          f.for(wholeRows, last, 1, (row) => f.for(left, right, 1, (column) => single(row, column)));
        });
      });
    });
  },
);

/** Columns taken at a time: their lines of the source stay in the first-level cache. */
const COLUMN_BLOCK = 64;
