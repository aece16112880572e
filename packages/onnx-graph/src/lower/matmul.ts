// Matrix products.
import type { MatmulAttrs } from '@nablajs/tensor';
import type { Emitter } from './emitter.ts';
import type { Lowering, LoweringTable } from './row.ts';
import { Stored } from './stored.ts';
import type { Ref } from './writer.ts';

function swapped(e: Emitter, x: Ref): Ref {
  const rank = x.shape.length;
  const axes = x.shape.map((_, axis) => axis);
  return e.transpose(x, [...axes.slice(0, -2), rank - 1, rank - 2]);
}

/** Columns of a product from which on its left operand is better transposed once: Gemm does it again for every 128. */
const WIDE = 256;

/** Whether a product with a transposed left operand is faster when that is written out. */
export function transposesFirst(e: Emitter, columns: number): boolean {
  return e.target.device === 'cpu' && columns >= WIDE;
}

const matmul: Lowering<MatmulAttrs> = ({ operands: [a, b, bias], attrs: { transposeA, transposeB }, spec }, e) => {
  if (a!.spec.shape.includes(0)) return new Stored(spec, e.scalar(spec.dtype, 0));
  const [x, y] = [a!.whole(e), b!.whole(e)];
  // ONNX Runtime would fuse a transpose into Gemm.
  if (spec.shape.length === 2 && transposeA && !transposeB && !bias && transposesFirst(e, spec.shape[1]!)) {
    return new Stored(spec, e.matmul(a!.whole(e, [1, 0]), y));
  }
  // Gemm takes both flags; the product of stacks takes none, though ONNX Runtime fuses the transposes into it.
  if (spec.shape.length === 2) return new Stored(spec, e.gemm(x, y, { transposeA, transposeB, bias: bias?.whole(e) }));
  return new Stored(spec, e.matmul(transposeA ? swapped(e, x) : x, transposeB ? swapped(e, y) : y));
};

/** Rows of the products. */
export const matmulRows: LoweringTable = { matmul };
