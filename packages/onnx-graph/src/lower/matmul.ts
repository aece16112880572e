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

const matmul: Lowering<MatmulAttrs> = ({ operands: [a, b, bias], attrs: { transposeA, transposeB }, spec }, e) => {
  if (a!.spec.shape.includes(0)) return new Stored(spec, e.scalar(spec.dtype, 0));
  const [x, y] = [a!.whole(e), b!.whole(e)];
  // Gemm takes both flags; the product of stacks takes none, though ONNX Runtime fuses the transposes into it.
  if (spec.shape.length === 2) return new Stored(spec, e.gemm(x, y, { transposeA, transposeB, bias: bias?.whole(e) }));
  return new Stored(spec, e.matmul(transposeA ? swapped(e, x) : x, transposeB ? swapped(e, y) : y));
};

/** Rows of the products. */
export const matmulRows: LoweringTable = { matmul };
