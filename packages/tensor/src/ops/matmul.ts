// Matrix products, batched over leading axes.
import { ShapeError } from '../errors.ts';
import { defineOp, type Op } from '../op.ts';
import { formatShape, type Spec, sizeOf } from '../spec.ts';
import type { Tensor } from '../tensor.ts';
import { broadcastShapes, requireDType, requireSameDType } from './infer.ts';
import { dimensions } from './matmul-dimensions.ts';

/** Attrs of {@link matmulOp}: whether each operand's last two axes are swapped first. */
export type MatmulAttrs = { readonly transposeA: boolean; readonly transposeB: boolean };

function infer(specs: readonly Spec[], attrs: MatmulAttrs): Spec {
  const [a, b] = specs as [Spec, Spec];
  requireDType('matmul', a, 'float');
  requireSameDType('matmul', specs);
  const { m, k, n, inner } = dimensions(a.shape, b.shape, attrs);
  if (k !== inner) {
    throw new ShapeError(
      `matmul: inner sizes differ, ${formatShape(a.shape)}${attrs.transposeA ? ' transposed' : ''} x ` +
        `${formatShape(b.shape)}${attrs.transposeB ? ' transposed' : ''} (${k} against ${inner}). ` +
        'The last axis of the first must equal the second-to-last axis of the second; transpose or reshape one of them.',
    );
  }
  return { shape: [...a.shape.slice(0, -2), m, n], dtype: a.dtype };
}

/** `[..., m, k] x [..., k, n] -> [..., m, n]`; both operands of one rank and equal leading axes. */
export const matmulOp: Op<MatmulAttrs> = defineOp<MatmulAttrs>({
  name: 'matmul',
  halfPrecision: true,
  infer,
  // A transpose of the last two axes below is free: it becomes a flag.
  simplify: ([a, b], attrs) => {
    const x = untransposed(a!);
    const y = untransposed(b!);
    if (!x && !y) return null;
    return call(x ?? a!, y ?? b!, attrs.transposeA !== (x !== null), attrs.transposeB !== (y !== null));
  },
  flops: ([a, b], attrs, out) => 2 * sizeOf(out.shape) * dimensions(a!.shape, b!.shape, attrs).k,
});

function call(a: Tensor, b: Tensor, transposeA: boolean, transposeB: boolean): Tensor {
  return matmulOp([a, b], { transposeA, transposeB });
}

function untransposed(x: Tensor): Tensor | null {
  const { node } = x;
  if (node.op?.definition.name !== 'transpose') return null;
  const permutation = node.attrs['permutation'] as readonly number[];
  const last = permutation.length - 1;
  const swaps = permutation.every(
    (from, axis) => from === (axis === last ? last - 1 : axis === last - 1 ? last : axis),
  );
  return swaps && last >= 1 ? x.derive(node.inputs[0]!) : null;
}

/** Options of {@link matmul}. */
export interface MatmulOptions {
  /** Swap the last two axes of `a` first. Default `false`. */
  readonly transposeA?: boolean;
  /** Swap the last two axes of `b` first. Default `false`. */
  readonly transposeB?: boolean;
}

/**
 * Matrix product. `[..., m, k] x [..., k, n] -> [..., m, n]`; leading axes broadcast; a vector counts as a row on the
 * left and as a column on the right, and its axis is dropped from the result.
 * @throws ShapeError for scalars, and for operands whose axes do not fit
 */
export function matmul(a: Tensor, b: Tensor, { transposeA = false, transposeB = false }: MatmulOptions = {}): Tensor {
  if (a.rank === 0 || b.rank === 0) {
    throw new ShapeError(
      `matmul: operands need at least one axis, got ${formatShape(a.shape)} and ${formatShape(b.shape)}. Use mul for scalars.`,
    );
  }
  if (a.rank === 1) {
    const y = matmul(a.reshape([1, a.size]), b, { transposeB });
    return y.reshape(b.rank === 1 ? [] : [...y.shape.slice(0, -2), y.shape.at(-1)!]);
  }
  if (b.rank === 1) return matmul(a, b.reshape([b.size, 1]), { transposeA }).reshape(rowsOf(a, transposeA));
  if (b.rank === 2 && a.rank > 2 && !transposeA) {
    // One tall product instead of many small ones.
    const y = call(a.reshape([sizeOf(a.shape.slice(0, -1)), a.shape.at(-1)!]), b, false, transposeB);
    return y.reshape([...a.shape.slice(0, -1), y.shape[1]!]);
  }
  const batch = broadcastShapes('matmul', a.shape.slice(0, -2), b.shape.slice(0, -2));
  return call(
    a.broadcastTo([...batch, ...a.shape.slice(-2)]),
    b.broadcastTo([...batch, ...b.shape.slice(-2)]),
    transposeA,
    transposeB,
  );
}

function rowsOf(a: Tensor, transposed: boolean): number[] {
  return [...a.shape.slice(0, -2), transposed ? a.shape.at(-1)! : a.shape.at(-2)!];
}
