import {
  type KernelCall,
  type KernelOptions,
  type KernelPlan,
  kernelCall,
  type NamedKernel,
  place,
  tallRows,
} from '../kernel.ts';
import type { DotParams } from './dot.ts';
import { gemm, gemmBatch, gemmBlocks, gemmWorkspace } from './gemm.ts';
import type { RowParams } from './row.ts';

/** Columns of a unit of the kernel `row`. */
export const ROW_UNIT = 64;

/** Scratch bytes of the kernel `dot`. */
const DOT_WORKSPACE = 16;

// Products of vectors: programs that have none do not load their kernels.
const dot: NamedKernel<DotParams> = { name: 'dot' };
const row: NamedKernel<RowParams> = { name: 'row' };

/** A batched matrix product `[batch, m, k] x [batch, k, n] -> [batch, m, n]`, float32. */
export interface MatmulShape {
  readonly batch: number;
  readonly m: number;
  readonly n: number;
  readonly k: number;
  /** A is stored `[batch, k, m]`. */
  readonly transposeA: boolean;
  /** B is stored `[batch, n, k]`. */
  readonly transposeB: boolean;
}

/** What happens to the result on its way to memory. */
export interface Epilogue {
  /** Adds the buffer `bias`: one value per column, or output channel. */
  readonly bias: boolean;
  /** Then takes the maximum with 0. */
  readonly relu: boolean;
}

/** No epilogue. */
export const PLAIN: Epilogue = { bias: false, relu: false };

/** Plans a matrix product over the buffers `a`, `b`, `c` (and `bias`). */
export function planMatmul(shape: MatmulShape, options: KernelOptions, epilogue: Epilogue = PLAIN): KernelPlan {
  return { calls: [chooseProduct({ ...shape, aBuffer: 'a', bBuffer: 'b' }, options, epilogue)], shared: 0 };
}

interface Product extends MatmulShape {
  readonly aBuffer: string;
  readonly bBuffer: string;
}

function chooseProduct(product: Product, options: KernelOptions, epilogue: Epilogue): KernelCall {
  const { batch, m, n, transposeA, transposeB } = product;
  if (batch === 1 && n === 1 && !transposeA) return manyDots(product, epilogue);
  if (batch === 1 && n === 1 && !epilogue.bias) return oneRow(swapped(product), epilogue);
  if (batch === 1 && m === 1 && !transposeB) return oneRow(product, epilogue);
  if (batch === 1 && m <= 4 && transposeB && (m === 1 || !transposeA)) return fewRows(product, epilogue);
  return blocked(product, options, epilogue);
}

/** A column vector on the right is a row vector on the left of the transposed problem; memory is the same. */
function swapped(product: Product): Product {
  return {
    ...product,
    ...{ m: 1, n: product.m, transposeA: false, transposeB: !product.transposeA },
    ...{ aBuffer: product.bBuffer, bBuffer: product.aBuffer },
  };
}

/** `[m, k] x [k, 1]`: the rows of A are the many vectors, B the one they meet. */
function manyDots({ m, k }: Product, epilogue: Epilogue): KernelCall {
  return kernelCall(
    dot,
    {
      ...{ a: place('b'), aStride: k * 4, b: place('a'), bStride: k * 4, c: place('c'), cStride: 4, cStep: 4 },
      ...{ m: 1, n: m, k, accumulate: 0, biasStep: 0, ...epilogueArgs(epilogue) },
    },
    { extent: Math.ceil(m / 4), workspace: DOT_WORKSPACE, work: m * k },
  );
}

function oneRow({ n, k, aBuffer, bBuffer }: Product, epilogue: Epilogue): KernelCall {
  return kernelCall(
    row,
    { a: place(aBuffer), b: place(bBuffer), c: place('c'), n, k, ...epilogueArgs(epilogue) },
    { extent: Math.ceil(n / ROW_UNIT), workspace: 0, work: n * k },
  );
}

function fewRows({ m, n, k }: Product, epilogue: Epilogue): KernelCall {
  return kernelCall(
    dot,
    {
      ...{ a: place('a'), aStride: k * 4, b: place('b'), bStride: k * 4, c: place('c'), cStride: n * 4, cStep: 4 },
      ...{ m, n, k, accumulate: 0, biasStep: 4, ...epilogueArgs(epilogue) },
    },
    { extent: Math.ceil(n / 4), workspace: DOT_WORKSPACE, work: m * n * k },
  );
}

function blocked(product: Product, options: KernelOptions, epilogue: Epilogue): KernelCall {
  const { batch, m, n, k, transposeA, transposeB } = product;
  const blocks = gemmBlocks(m, n, k, options);
  const args = {
    ...{ a: place(product.aBuffer), aStride: (transposeA ? m : k) * 4, aTransposed: Number(transposeA) },
    ...{ b: place(product.bBuffer), bStride: (transposeB ? k : n) * 4, bTransposed: Number(transposeB) },
    ...{
      c: place('c'),
      cStride: n * 4,
      m,
      n,
      k,
      accumulate: 0,
      tall: tallRows(m, options),
      ...epilogueArgs(epilogue),
      ...blocks,
    },
    direct: Number(!transposeB && m <= DIRECT_ROWS),
  };
  const workspace = gemmWorkspace(blocks, options);
  const work = batch * m * n * k;
  const rowUnits = Math.ceil(m / options.tile.rows);
  const columnUnits = Math.ceil(n / options.tile.columns);
  const byRows = Number(rowUnits > columnUnits);
  const units = m * n === 0 ? 0 : Math.max(rowUnits, columnUnits);
  if (batch === 1) return kernelCall(gemm, { ...args, byRows }, { extent: units, workspace, work });
  const steps = { aBatch: m * k * 4, bBatch: k * n * 4, cBatch: m * n * 4, units, byRows };
  return kernelCall(gemmBatch, { ...args, ...steps }, { extent: batch, workspace, work });
}

/** The arguments `bias` and `relu` of the kernels that have an epilogue. */
export function epilogueArgs({ bias, relu }: Epilogue): { bias: ReturnType<typeof place> | 0; relu: number } {
  return { bias: bias ? place('bias') : 0, relu: Number(relu) };
}

/** Up to so many rows of A, packing B costs more than it gains. */
const DIRECT_ROWS = 64;
