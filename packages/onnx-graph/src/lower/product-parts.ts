// The rows of a product by tile: each is still in the processor's cache when an optimizer takes it, and nothing is cut.
import type { MatmulAttrs } from '@nablajs/tensor';
import type { Product } from '../passes/products.ts';
import type { Emitter } from './emitter.ts';
import { transposesFirst } from './matmul.ts';
import type { Part } from './parts.ts';
import type { Stored } from './stored.ts';
import type { Ref } from './writer.ts';

/** Writes the rows of a product that a part holds, when they are asked for; null when parts are not whole rows. */
export function rowsOfProduct(
  e: Emitter,
  { instruction, columns }: Product,
  factors: readonly Stored[],
  parts: readonly Part[],
): ((tile: number) => Ref) | null {
  if (parts.some(({ start }) => start % columns !== 0)) return null;
  const { transposeA, transposeB } = instruction.attrs as MatmulAttrs;
  const [a, b] = factors as [Stored, Stored];
  const rows = parts.map(({ length }) => length / columns);
  const right = b.whole(e);
  const pieces = e.split(a.whole(e), rows, transposeA ? 1 : 0);
  return (tile) =>
    transposeA && !transposeB && transposesFirst(e, columns)
      ? e.matmul(e.transpose(pieces[tile]!, [1, 0]), right)
      : e.gemm(pieces[tile]!, right, { transposeA, transposeB });
}
