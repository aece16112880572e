// What a value is, before it has any numbers: its shape and its dtype.

/** The element types a tensor may have. `float32`, `int32` and `bool` exist on every backend; the rest by capability. */
export type DType = 'float32' | 'float16' | 'float64' | 'int32' | 'uint32' | 'bool';

/** Sizes per axis, outermost first. `[]` is a scalar. */
export type Shape = readonly number[];

/** Shape and dtype of one value. */
export interface Spec {
  readonly shape: Shape;
  readonly dtype: DType;
}

/**
 * Values on the host, row-major.
 * `float32` → Float32Array, `float64` → Float64Array, `float16` → Float32Array of numbers that half precision has,
 * `int32` → Int32Array, `uint32` → Uint32Array, `bool` → Uint8Array of 0 and 1.
 */
export type HostArray = Float32Array | Float64Array | Int32Array | Uint32Array | Uint8Array;

interface DTypeFacts {
  /** Of one element in files and on devices. */
  readonly bytes: number;
  readonly array: new (length: number) => HostArray;
}

const FACTS: Readonly<Record<DType, DTypeFacts>> = {
  float32: { bytes: 4, array: Float32Array },
  float64: { bytes: 8, array: Float64Array },
  float16: { bytes: 2, array: Float32Array },
  int32: { bytes: 4, array: Int32Array },
  uint32: { bytes: 4, array: Uint32Array },
  bool: { bytes: 1, array: Uint8Array },
};

/** All dtype names, for messages and validation. */
export const DTYPES: readonly DType[] = /* @__PURE__ */ Object.keys(FACTS) as DType[];

/** Number of elements of a shape; 1 for a scalar, 0 when any axis is empty. */
export function sizeOf(shape: Shape): number {
  let size = 1;
  for (const axis of shape) size *= axis;
  return size;
}

/** Bytes of one element in files and on devices. On the host a `float16` takes four. */
export function bytesPerElement(dtype: DType): number {
  return FACTS[dtype].bytes;
}

/** A zero-filled host array for `size` elements of a dtype. */
export function hostArray(dtype: DType, size: number): HostArray {
  return new FACTS[dtype].array(size);
}

/** True for the floating dtypes, the only ones gradients flow through. */
export function isFloat(dtype: DType): boolean {
  return dtype === 'float32' || dtype === 'float64' || dtype === 'float16';
}

/** Row-major strides in elements: `[2, 3, 4]` → `[12, 4, 1]`. */
export function stridesOf(shape: Shape): number[] {
  const strides = new Array<number>(shape.length);
  let step = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axis] = step;
    step *= shape[axis]!;
  }
  return strides;
}

/** True when two shapes have the same axes. */
export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((size, axis) => size === b[axis]);
}

/** `float32[32, 784]`: how specs are written in messages and graph listings. */
export function formatSpec(spec: Spec): string {
  return `${spec.dtype}[${spec.shape.join(', ')}]`;
}

/** `[32, 784]`: how shapes are written in messages. */
export function formatShape(shape: Shape): string {
  return `[${shape.join(', ')}]`;
}
