import type { Shape } from '../spec.ts';
import type { MatmulAttrs } from './matmul.ts';

/** The sizes of a product, and the size its second operand adds up over. */
export function dimensions(
  a: Shape,
  b: Shape,
  { transposeA, transposeB }: MatmulAttrs,
): { m: number; k: number; n: number; inner: number } {
  const [rows, columns] = a.slice(-2) as [number, number];
  const [inner, outer] = b.slice(-2) as [number, number];
  return {
    m: transposeA ? columns : rows,
    k: transposeA ? rows : columns,
    n: transposeB ? inner : outer,
    inner: transposeB ? outer : inner,
  };
}
