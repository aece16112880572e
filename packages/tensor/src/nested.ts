// Between nested JavaScript arrays and flat typed ones.
import { DTypeError, ShapeError } from './errors.ts';
import { roundToHalf } from './half.ts';
import { requireSpec } from './ops/infer.ts';
import { type DType, formatShape, type HostArray, hostArray, isFloat, type Spec, sizeOf } from './spec.ts';
import type { NestedArray } from './tensor.ts';

/** The shape of nested arrays and their elements in a typed array. Throws ShapeError where rows differ in length. */
export function flattenNested(values: NestedArray, dtype?: DType): { data: HostArray; spec: Spec } {
  const shape = shapeOf(values);
  const flat: (number | boolean)[] = [];
  collect(values, shape, 0, flat, []);
  const kind = dtype ?? (flat.length > 0 && flat.every((value) => typeof value === 'boolean') ? 'bool' : 'float32');
  requireSpec('tensor', { shape, dtype: kind });
  const data = hostArray(kind, sizeOf(shape));
  for (let i = 0; i < flat.length; i++) data[i] = elementOf(Number(flat[i]), kind);
  return { data, spec: { shape, dtype: kind } };
}

/** A number as an element of a dtype, as `cast` makes it: whole ones truncate and saturate, anything but 0 is true. */
export function elementOf(value: number, dtype: DType): number {
  if (dtype === 'bool') return value === 0 ? 0 : 1;
  if (dtype === 'float16') return roundToHalf(value);
  if (isFloat(dtype)) return value;
  const [low, high] = dtype === 'int32' ? [-(2 ** 31), 2 ** 31 - 1] : [0, 2 ** 32 - 1];
  return Math.min(Math.max(Math.trunc(value), low), high) || 0;
}

function shapeOf(values: NestedArray): number[] {
  const shape: number[] = [];
  for (let level: NestedArray | undefined = values; isList(level); level = level[0]) shape.push(level.length);
  return shape;
}

function isList(value: unknown): value is ArrayLike<NestedArray> {
  return Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView));
}

function collect(
  value: NestedArray,
  shape: readonly number[],
  axis: number,
  out: (number | boolean)[],
  at: number[],
): void {
  if (axis === shape.length) {
    if (typeof value !== 'number' && typeof value !== 'boolean') {
      throw isList(value)
        ? new ShapeError(
            `tensor: element [${at.join(', ')}] is a list where others are numbers. All rows must be equally deep.`,
          )
        : new DTypeError(
            `tensor: element [${at.join(', ')}] is ${typeof value === 'string' ? JSON.stringify(value) : String(value)}, expected a number or boolean.`,
          );
    }
    out.push(value);
    return;
  }
  if (!isList(value) || value.length !== shape[axis]) {
    throw new ShapeError(
      `tensor: rows differ: element [${at.join(', ')}] has ${isList(value) ? `${value.length} entries` : 'no entries'}, ` +
        `the first one has ${shape[axis]}. Pad the rows, or make one tensor per length.`,
    );
  }
  for (let i = 0; i < value.length; i++) {
    at.push(i);
    collect(value[i]!, shape, axis + 1, out, at);
    at.pop();
  }
}

/** Flat values as nested arrays; booleans for bool, a plain number for a scalar. */
export function nestedFrom(data: HostArray, { shape, dtype }: Spec): NestedArray {
  let level: NestedArray[] = Array.from(data, (value): NestedArray => (dtype === 'bool' ? value !== 0 : value));
  for (let axis = shape.length - 1; axis > 0; axis--) {
    const size = shape[axis]!;
    const count = sizeOf(shape.slice(0, axis));
    level = Array.from({ length: count }, (_, i) => level.slice(i * size, (i + 1) * size));
  }
  return shape.length === 0 ? level[0]! : level;
}

/** Throws unless a typed array fits a spec. */
export function checkHostData(name: string, data: HostArray, { shape, dtype }: Spec): void {
  requireSpec(name, { shape, dtype });
  if (data.length !== sizeOf(shape)) {
    throw new ShapeError(
      `${name}: ${data.length} values do not fill ${formatShape(shape)}, which has ${sizeOf(shape)} elements.`,
    );
  }
  const expected = hostArray(dtype, 0).constructor;
  if (data.constructor !== expected) {
    throw new DTypeError(
      `${name}: ${dtype} values come in a ${expected.name}, got ${data.constructor.name}. Convert the array first.`,
    );
  }
  const odd = dtype === 'bool' ? data.findIndex((value: number) => value > 1) : -1;
  if (odd >= 0) {
    throw new DTypeError(
      `${name}: a Uint8Array holds booleans, 0 or 1, but element ${odd} is ${data[odd]}. For bytes such as pixels use Float32Array.from(bytes).`,
    );
  }
}
