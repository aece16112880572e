// Running totals along an axis.
import { defineOp, type Op } from '../op.ts';
import { sizeOf } from '../spec.ts';
import type { Tensor } from '../tensor.ts';
import { fullLike } from './constant.ts';
import { asType } from './elementwise/coerce.ts';
import { keeps, normalizeAxis } from './infer.ts';

/** Attrs of {@link cumsumOp}. */
export type CumsumAttrs = { readonly axis: number; readonly exclusive: boolean; readonly reverse: boolean };

/** Sum of the elements up to each one along an axis (`exclusive`: before it; `reverse`: from the end). */
export const cumsumOp: Op<CumsumAttrs> = defineOp<CumsumAttrs>({
  name: 'cumsum',
  infer: keeps('cumsum', 'number'),
  vjp: ({ dy, attrs }) => [cumsumOp([dy], { ...attrs, reverse: !attrs.reverse })],
  simplify: ([x], { axis, exclusive }) => (x!.shape[axis]! > 1 ? null : exclusive ? fullLike(x!, 0) : x!),
  flops: ([x]) => sizeOf(x!.shape),
});

/** Options of {@link cumsum} and {@link cumprod}. */
export interface CumulativeOptions {
  /** Leave out the element itself, so that the first result is the identity. Default `false`. */
  readonly exclusive?: boolean;
  /** From the end to the start. Default `false`. */
  readonly reverse?: boolean;
}

/** Running sums along `axis` (default: the last): `[1, 2, 3]` -> `[1, 3, 6]`. bool counts as int32. */
export function cumsum(
  x: Tensor,
  axis: number = -1,
  { exclusive = false, reverse = false }: CumulativeOptions = {},
): Tensor {
  const numbers = x.dtype === 'bool' ? asType(x, 'int32') : x;
  return cumsumOp([numbers], { axis: normalizeAxis('cumsum', axis, x.rank), exclusive, reverse });
}

/** Running products along `axis` (default: the last): `[1, 2, 3]` -> `[1, 2, 6]`. bool counts as int32. */
export function cumprod(
  x: Tensor,
  axis: number = -1,
  { exclusive = false, reverse = false }: CumulativeOptions = {},
): Tensor {
  const at = normalizeAxis('cumprod', axis, x.rank);
  const length = x.shape[at]!;
  const onAxis = (value: number): number[] => x.shape.map((_, i) => (i === at ? value : 0));
  // Element i moved to i + count, ones before.
  const shifted = (y: Tensor, count: number): Tensor => {
    const kept = y.slice(
      [],
      y.shape.map((size, i) => (i === at ? size - count : size)),
    );
    return kept.pad(
      onAxis(count).map((before) => [before, 0] as const),
      1,
    );
  };
  const numbers = x.dtype === 'bool' ? asType(x, 'int32') : x;
  let product = reverse ? numbers.flip(at) : numbers;
  if (exclusive && length > 0) product = shifted(product, 1);
  // Each round doubles the number of elements a product covers: Hillis and Steele, 1986.
  for (let covered = 1; covered < length; covered *= 2) product = product.mul(shifted(product, covered));
  return reverse ? product.flip(at) : product;
}
