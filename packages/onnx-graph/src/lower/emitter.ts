// The ONNX operators that lowerings are written with. Each method infers the shape of its result.
import { type Shape, sameShape, sizeOf } from '@nablajs/tensor';
import { codeOf, type ElementType } from '../proto/element-type.ts';
import { GraphWriter, type Ref } from './writer.ts';

/** Options of {@link Emitter.gemm}. */
export interface GemmOptions {
  readonly transposeA?: boolean;
  readonly transposeB?: boolean;
  /** `[n]` or `[1, n]`. */
  readonly bias?: Ref | undefined;
}

/** Writes ONNX nodes; what does nothing is left out. */
export class Emitter extends GraphWriter {
  /** A function of each element. */
  unary(op: string, x: Ref, type: ElementType = x.type): Ref {
    return this.node(op, [x], type, x.shape);
  }

  /** A function of pairs of elements, operands broadcast. */
  binary(op: string, a: Ref, b: Ref, type: ElementType = a.type): Ref {
    return this.node(op, [a, b], type, broadcast(a.shape, b.shape));
  }

  /** A chain of a variadic elementwise operator (`Max`, `Min`, `Sum`) over tensors of one shape. */
  variadic(op: string, parts: readonly Ref[]): Ref {
    return parts.length === 1 ? parts[0]! : this.node(op, parts, parts[0]!.type, parts[0]!.shape);
  }

  where(condition: Ref, a: Ref, b: Ref): Ref {
    return this.node('Where', [condition, a, b], a.type, broadcast(broadcast(condition.shape, a.shape), b.shape));
  }

  cast(x: Ref, type: ElementType): Ref {
    return x.type === type ? x : this.node('Cast', [x], type, x.shape, { to: codeOf(type) });
  }

  reshape(x: Ref, shape: Shape): Ref {
    if (sameShape(x.shape, shape)) return x;
    return this.node('Reshape', [x, this.integers(shape)], x.type, shape, sizeOf(shape) === 0 ? { allowzero: 1 } : {});
  }

  /** Axis `i` of the result is axis `permutation[i]` of the operand. Only a reshape when nothing but axes of size 1 moves. */
  transpose(x: Ref, permutation: readonly number[]): Ref {
    const shape = permutation.map((axis) => x.shape[axis]!);
    const real = permutation.filter((axis) => x.shape[axis] !== 1);
    if (real.every((axis, i) => i === 0 || axis > real[i - 1]!)) return this.reshape(x, shape);
    return this.node('Transpose', [x], x.type, shape, { perm: permutation });
  }

  expand(x: Ref, shape: Shape): Ref {
    return sameShape(x.shape, shape) ? x : this.node('Expand', [x, this.integers(shape)], x.type, shape);
  }

  /** Every `steps[i]`-th element of the axes, `sizes[i]` of them from `starts[i]` on; negative steps run backwards. */
  slice(
    x: Ref,
    axes: readonly number[],
    starts: readonly number[],
    sizes: readonly number[],
    steps?: readonly number[],
  ): Ref {
    const cut = axes
      .map((axis, i) => ({ axis, start: starts[i]!, size: sizes[i]!, step: steps?.[i] ?? 1 }))
      .filter(({ axis, start, size, step }) => start !== 0 || step !== 1 || size !== x.shape[axis]);
    if (cut.length === 0) return x;
    const shape = [...x.shape];
    for (const { axis, size } of cut) shape[axis] = size;
    // One past the last; before the first there is only "far below".
    const ends = cut.map(({ start, size, step }) => {
      const end = start + (size - 1) * step + Math.sign(step);
      return end < 0 ? -(2 ** 31) : end;
    });
    return this.node(
      'Slice',
      [
        x,
        this.integers(cut.map(({ start }) => start)),
        this.integers(ends),
        this.integers(cut.map(({ axis }) => axis)),
        this.integers(cut.map(({ step }) => step)),
      ],
      x.type,
      shape,
    );
  }

  /** Cells of `value` before and after each axis. */
  pad(x: Ref, low: readonly number[], high: readonly number[], value: number): Ref {
    if (low.every((cells) => cells === 0) && high.every((cells) => cells === 0)) return x;
    // CUDA pads no integers; float64 holds them exactly.
    if (this.target.device === 'cuda' && x.type === 'int32') {
      return this.cast(this.pad(this.cast(x, 'float64'), low, high, value), x.type);
    }
    const shape = x.shape.map((size, axis) => size + low[axis]! + high[axis]!);
    return this.node('Pad', [x, this.integers([...low, ...high]), this.scalar(x.type, value)], x.type, shape, {
      mode: 'constant',
    });
  }

  concat(parts: readonly Ref[], axis: number): Ref {
    if (parts.length === 1) return parts[0]!;
    const total = parts.reduce((sum, { shape }) => sum + shape[axis]!, 0);
    const shape = parts[0]!.shape.map((size, i) => (i === axis ? total : size));
    return this.node('Concat', parts, parts[0]!.type, shape, { axis });
  }

  /** Pieces of these lengths along an axis. */
  split(x: Ref, lengths: readonly number[], axis: number = 0): readonly Ref[] {
    if (lengths.length === 1) return [x];
    const results = lengths.map((length) => ({ type: x.type, shape: x.shape.with(axis, length) }));
    return this.nodes('Split', [x, this.integers(lengths)], results, { axis });
  }

  /** `x` with `axis` replaced by the chosen entries. */
  gather(x: Ref, indices: Ref, axis: number): Ref {
    const shape = [...x.shape.slice(0, axis), ...indices.shape, ...x.shape.slice(axis + 1)];
    return this.node('Gather', [x, indices], x.type, shape, { axis });
  }

  /** One entry per lane along `axis`: `x` and `indices` of one shape but for that axis. */
  gatherElements(x: Ref, indices: Ref, axis: number): Ref {
    return this.node('GatherElements', [x, indices], x.type, indices.shape, { axis });
  }

  /** `ReduceSum`, `ReduceMax`, ... over axes. */
  reduce(op: string, x: Ref, axes: readonly number[], keepDims: boolean): Ref {
    if (axes.length === 0) return x;
    const shape = keepDims
      ? x.shape.map((size, axis) => (axes.includes(axis) ? 1 : size))
      : x.shape.filter((_, axis) => !axes.includes(axis));
    return this.node(op, [x, this.integers(axes)], x.type, shape, { keepdims: keepDims ? 1 : 0 });
  }

  /** `[m, k] x [k, n] + bias`, either matrix transposed on the way. */
  gemm(a: Ref, b: Ref, { transposeA = false, transposeB = false, bias }: GemmOptions = {}): Ref {
    const shape = [a.shape[transposeA ? 1 : 0]!, b.shape[transposeB ? 0 : 1]!];
    return this.node('Gemm', bias ? [a, b, bias] : [a, b], a.type, shape, {
      ...(transposeA ? { transA: 1 } : {}),
      ...(transposeB ? { transB: 1 } : {}),
    });
  }

  /** `[..., m, k] x [..., k, n]`, leading axes broadcast. */
  matmul(a: Ref, b: Ref): Ref {
    const lead = broadcast(a.shape.slice(0, -2), b.shape.slice(0, -2));
    return this.node('MatMul', [a, b], a.type, [...lead, a.shape.at(-2)!, b.shape.at(-1)!]);
  }

  /** Every element `value`; a constant of one element however large the shape. */
  fill(type: ElementType, shape: Shape, value: number): Ref {
    return this.expand(this.scalar(type, value), shape);
  }
}

/** NumPy broadcasting of shapes known to fit. */
export function broadcast(a: Shape, b: Shape): number[] {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, i) => {
    const x = a[i - rank + a.length] ?? 1;
    const y = b[i - rank + b.length] ?? 1;
    return x === 1 ? y : x;
  });
}
