// C = A B, blocked for the caches in the manner of BLIS (Van Zee and van de Geijn, 2015): a block of B is packed into
// panels, then block after block of A, and register tiles sweep over both. All four transpositions cost the same,
// because packing absorbs them.

import { call, type Expr, type FunctionBuilder, i32, type ParamLocals, select } from '../../wasm/index.ts';
import { alignUp, element, max, min, offset } from '../arithmetic.ts';
import { defineKernel, type Kernel, type KernelContext, type KernelOptions, lowTiles, type RANGE } from '../kernel.ts';
import { packCopy, packTranspose } from './pack.ts';
import { multiplyPanels, prepareScratch, tileScratchBytes } from './tile.ts';

const GEMM = {
  a: 'i32',
  /** Bytes between the rows of A as stored. */
  aStride: 'i32',
  /** 1 when A is stored `[k, m]`. */
  aTransposed: 'i32',
  b: 'i32',
  bStride: 'i32',
  /** 1 when B is stored `[n, k]`. */
  bTransposed: 'i32',
  c: 'i32',
  cStride: 'i32',
  m: 'i32',
  n: 'i32',
  k: 'i32',
  /** 1 adds to what is in C. */
  accumulate: 'i32',
  /** n floats to start every row from, or address 0. Not together with `accumulate`. */
  bias: 'i32',
  /** 1 takes the maximum with 0 in the end. */
  relu: 'i32',
  /** So many rows of C by whole tiles, the rest by low ones. */
  tall: 'i32',
  /** Block sizes; `mBlock` a multiple of the tile's rows, `nBlock` of its columns. */
  mBlock: 'i32',
  nBlock: 'i32',
  kBlock: 'i32',
  /** 1 reads full panels of an untransposed B in place: for few rows of A, packing would not pay. */
  direct: 'i32',
  /** 1: units are row panels of C; 0: column panels. */
  byRows: 'i32',
} as const;

/** Matrix product of one pair of matrices: `c[m, n] = start + a[m, k] b[k, n]`. */
export const gemm: Kernel<typeof GEMM> = defineKernel('gemm', GEMM, (f, p, { module, options }) => {
  const { rows: height, columns: width } = options.tile;
  takeShare(f, p, options);
  const parts = [
    { tiles: options, from: 0, to: p.tall },
    { tiles: lowTiles(options), from: p.tall, to: p.m },
  ];
  const rows = f.let(alignUp(i32.add(p.workspace, tileScratchBytes(options))));
  const sink = f.let(alignUp(element(rows, i32.add(p.mBlock, height))));
  const aPanels = f.let(alignUp(element(sink, p.nBlock)));
  const bPanels = f.let(alignUp(element(aPanels, i32.mul(p.mBlock, p.kBlock))));
  f.emit(...prepareScratch(p.workspace, options));

  f.for(0, p.n, p.nBlock, (column) => {
    const columns = f.let(i32.sub(p.n, column));
    f.set(columns, min(columns, p.nBlock));
    const inPlace = f.let(select(p.direct, i32.and(columns, -width), i32.const(0)));
    const bias = f.let(select(p.bias, element(p.bias, column), i32.const(0)));
    const pc = f.local('i32');
    f.set(pc, 0);
    f.loop(
      () => {
        const depth = f.let(i32.sub(p.k, pc));
        f.set(depth, min(depth, p.kBlock));
        const next = f.let(i32.add(pc, depth));
        const b = f.let(corner(p.b, p.bStride, p.bTransposed, pc, column));
        packEither(f, module, width, p.bTransposed, {
          source: i32.add(b, i32.shl(inPlace, 2)),
          stride: p.bStride,
          depth,
          count: i32.sub(columns, inPlace),
          target: bPanels,
          pitch: i32.mul(depth, width * 4),
        });
        const relu = f.let(i32.and(p.relu, i32.geS(next, p.k)));
        const accumulate = f.let(i32.or(p.accumulate, i32.ne(pc, 0)));
        for (const { tiles, from, to } of parts) {
          const { rows: height } = tiles.tile;
          const multiply = multiplyPanels(module, tiles);
          f.for(from, to, p.mBlock, (row) => {
            const count = f.let(i32.sub(to, row));
            f.set(count, min(count, p.mBlock));
            const panels = f.let(i32.divU(i32.add(count, height - 1), height));
            f.for(0, i32.mul(panels, height), 1, (i) => {
              const line = i32.add(offset(p.c, i32.add(row, i), p.cStride), i32.shl(column, 2));
              f.emit(i32.store(element(rows, i), select(i32.ltS(i, count), line, sink)));
            });
            packEither(f, module, height, i32.eqz(p.aTransposed), {
              source: corner(p.a, p.aStride, i32.eqz(p.aTransposed), pc, row),
              stride: p.aStride,
              depth,
              count,
              target: aPanels,
              pitch: i32.mul(depth, height * 4),
            });
            const common = { a: aPanels, rows, panels, depth, accumulate, relu, scratch: p.workspace };
            f.call(multiply, {
              ...common,
              b,
              step: p.bStride,
              panel: width * 4,
              shift: 0,
              columns: inPlace,
              bias,
            });
            f.call(multiply, {
              ...common,
              b: bPanels,
              step: width * 4,
              panel: i32.mul(depth, width * 4),
              shift: i32.shl(inPlace, 2),
              columns: i32.sub(columns, inPlace),
              bias: select(bias, element(bias, inPlace), i32.const(0)),
            });
          });
        }
        f.set(pc, next);
      },
      i32.ltS(pc, p.k),
    );
  });
});

const STEPS = { aBatch: 'i32', bBatch: 'i32', cBatch: 'i32', units: 'i32' } as const;

/** The same product for a stack of matrices, so many bytes apart; units are the matrices, `units` those of one product. */
export const gemmBatch: Kernel<typeof GEMM & typeof STEPS> = defineKernel(
  'gemmBatch',
  { ...GEMM, ...STEPS },
  (f, p, { module, options }) => {
    const one = gemm.emit(module, options);
    f.for(p.begin, p.end, 1, (i) => {
      const matrices = {
        a: offset(p.a, i, p.aBatch),
        b: offset(p.b, i, p.bBatch),
        c: offset(p.c, i, p.cBatch),
      };
      f.call(one, { ...p, ...matrices, begin: 0, end: p.units });
    });
  },
);

/** Narrows the problem to the units `[begin, end)`. */
function takeShare(f: FunctionBuilder, p: ParamLocals<typeof GEMM & typeof RANGE>, { tile }: KernelOptions): void {
  f.if(
    p.byRows,
    () => {
      const first = f.let(i32.mul(p.begin, tile.rows));
      const last = f.let(i32.mul(p.end, tile.rows));
      f.set(p.m, i32.sub(min(p.m, last), first));
      f.set(p.tall, i32.sub(p.tall, first));
      f.set(p.tall, max(p.tall, 0));
      f.set(p.tall, min(p.tall, p.m));
      f.set(p.a, offset(p.a, first, select(p.aTransposed, i32.const(4), p.aStride)));
      f.set(p.c, offset(p.c, first, p.cStride));
    },
    () => {
      const first = f.let(i32.mul(p.begin, tile.columns));
      const last = f.let(i32.mul(p.end, tile.columns));
      f.set(p.n, i32.sub(min(p.n, last), first));
      f.set(p.b, offset(p.b, first, select(p.bTransposed, p.bStride, i32.const(4))));
      f.set(p.c, element(p.c, first));
      f.set(p.bias, select(p.bias, element(p.bias, first), i32.const(0)));
    },
  );
}

/** The address of step `k`, lane `lane` in a matrix stored `[k, lane]`, or `[lane, k]` when `lanesFirst`. */
function corner(
  base: Expr<'i32'>,
  stride: Expr<'i32'>,
  lanesFirst: Expr<'i32'>,
  k: Expr<'i32'>,
  lane: Expr<'i32'>,
): Expr<'i32'> {
  const far = select(lanesFirst, lane, k);
  const near = select(lanesFirst, k, lane);
  return i32.add(offset(base, far, stride), i32.shl(near, 2));
}

interface PackArguments {
  readonly source: Expr<'i32'>;
  readonly stride: Expr<'i32'>;
  readonly depth: Expr<'i32'>;
  readonly count: Expr<'i32'>;
  readonly target: Expr<'i32'>;
  readonly pitch: Expr<'i32'>;
}

function packEither(
  f: FunctionBuilder,
  module: KernelContext['module'],
  width: number,
  lanesFirst: Expr<'i32'>,
  args: PackArguments,
): void {
  f.if(
    lanesFirst,
    () => f.emit(call(packTranspose(module, width), args)),
    () => f.emit(call(packCopy(module, width), args)),
  );
}

/** Scratch bytes of one {@link gemm} call with these block sizes. */
export function gemmWorkspace(blocks: GemmBlocks, options: KernelOptions): number {
  const { mBlock, nBlock, kBlock } = blocks;
  const floats = mBlock + options.tile.rows + nBlock + mBlock * kBlock + kBlock * nBlock;
  return tileScratchBytes(options) + floats * 4 + 5 * 64;
}

/** How much of a product is worked on at a time. */
export interface GemmBlocks {
  readonly mBlock: number;
  readonly nBlock: number;
  readonly kBlock: number;
}

/**
 * Block sizes for a product: the blocks of A and B stay in the second-level cache, one B panel in the first. The fewer
 * blocks along k, the less often the result is read and written again. Edges are even.
 */
export function gemmBlocks(m: number, n: number, k: number, { tile }: KernelOptions): GemmBlocks {
  return {
    mBlock: evenBlock(m, 48, tile.rows),
    nBlock: evenBlock(n, 512, tile.columns),
    kBlock: evenBlock(k, Math.min(512, PANEL_FLOATS / tile.columns), 4),
  };
}

/** Most floats of a B panel. */
const PANEL_FLOATS = 6144;

/** Splits `size` into equal blocks of at most about `limit`, each a multiple of `unit`. */
export function evenBlock(size: number, limit: number, unit: number): number {
  const blocks = Math.max(1, Math.ceil(size / limit));
  return Math.max(1, Math.ceil(size / blocks / unit)) * unit;
}
