// Tensors from nothing: host values, constants, ranges.
import type { Attrs } from './graph/graph.ts';
import { hostLeaf } from './graph/node.ts';
import { fromHalfBits, roundToHalf } from './half.ts';
import { checkHostData, elementOf, flattenNested } from './nested.ts';
import { applyOp, type Op } from './op.ts';
import { fullOp, iotaOp } from './ops/constant.ts';
import type { DType, HostArray, Shape, Spec } from './spec.ts';
import { type NestedArray, Tensor } from './tensor.ts';

/**
 * A tensor from (nested) numbers or booleans.
 * @param values nested to the depth of the rank; all rows equally long; numbers become the dtype as `cast` makes them
 * @param dtype default `float32`, or `bool` when all values are booleans
 * @throws ShapeError when rows differ in length
 * @example tensor([[1, 2], [3, 4]])
 */
export function tensor(values: NestedArray, dtype?: DType): Tensor {
  const { data, spec } = flattenNested(values, dtype);
  return new Tensor(hostLeaf(data, spec));
}

const DTYPE_OF: ReadonlyMap<unknown, DType> = new Map<unknown, DType>([
  [Float32Array, 'float32'],
  [Float64Array, 'float64'],
  [Int32Array, 'int32'],
  [Uint32Array, 'uint32'],
  [Uint8Array, 'bool'],
  [Uint16Array, 'float16'],
]);

/**
 * A tensor over row-major values. The array is not copied, but for float16: do not change it afterwards.
 * @param data Float32Array (float32, or rounded to float16), Int32Array (int32), Uint8Array (bool: zeros and ones), Float64Array, Uint32Array or Uint16Array (bits of float16)
 * @param shape default `[data.length]`
 * @param dtype default: by the kind of array
 * @throws ShapeError when the sizes do not match, DTypeError when array and dtype do not
 */
export function fromData(data: HostArray | Uint16Array, shape: Shape = [data.length], dtype?: DType): Tensor {
  const spec = { shape: [...shape], dtype: dtype ?? DTYPE_OF.get(data.constructor) ?? 'float32' };
  if (spec.dtype !== 'float16') return fromValues(data as HostArray, spec);
  return fromValues(data instanceof Uint16Array ? fromHalfBits(data) : data.map(roundToHalf), spec);
}

function fromValues(data: HostArray, spec: Spec): Tensor {
  checkHostData('fromData', data, spec);
  return new Tensor(hostLeaf(data, spec));
}

/** Calls an op that has no operands, such as `full` or `iota`; ops with operands are called directly. */
export function create<A extends Attrs>(op: Op<A>, attrs: A): Tensor {
  return new Tensor(applyOp(op, [], attrs));
}

/** Zeros of a shape; float32 by default. */
export function zeros(shape: Shape, dtype: DType = 'float32'): Tensor {
  return full(shape, 0, dtype);
}

/** Ones of a shape; float32 by default. */
export function ones(shape: Shape, dtype: DType = 'float32'): Tensor {
  return full(shape, 1, dtype);
}

/** One value everywhere, as `cast` makes it one of the dtype; float32 by default. Part of the graph's structure: for a number that changes every step use `scalar`. */
export function full(shape: Shape, value: number, dtype: DType = 'float32'): Tensor {
  return create(fullOp, { value: elementOf(value, dtype), shape: [...shape], dtype });
}

/** Zeros with another tensor's shape and dtype. */
export function zerosLike(x: Tensor): Tensor {
  return zeros(x.shape, x.dtype);
}

/** Ones with another tensor's shape and dtype. */
export function onesLike(x: Tensor): Tensor {
  return ones(x.shape, x.dtype);
}

/** A number as a tensor of rank 0: data, not structure, so that changing it never recompiles anything. */
export function scalar(value: number, dtype: DType = 'float32'): Tensor {
  return tensor(value, dtype);
}

/** The identity matrix, or its first `columns` columns. */
export function eye(rows: number, columns: number = rows, dtype: DType = 'float32'): Tensor {
  const row = create(iotaOp, { shape: [rows, columns], axis: 0, dtype: 'int32' });
  const column = create(iotaOp, { shape: [rows, columns], axis: 1, dtype: 'int32' });
  return row.equal(column).cast(dtype);
}

/** A tensor, a typed array or nested arrays, as a tensor. Typed arrays become one axis. */
export function asTensor(value: Tensor | NestedArray | HostArray, dtype?: DType): Tensor {
  if (value instanceof Tensor) return dtype === undefined ? value : value.cast(dtype);
  if (ArrayBuffer.isView(value)) {
    const data = fromData(value as HostArray);
    return dtype === undefined ? data : data.cast(dtype);
  }
  return tensor(value as NestedArray, dtype);
}
