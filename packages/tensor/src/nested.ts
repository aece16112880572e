// Between nested JavaScript arrays and flat typed ones.
import { DTypeError, ShapeError } from './errors.ts';
import { roundToHalf } from './half.ts';
import { type DType, formatShape, type HostArray, hostArray, type Spec, sizeOf } from './spec.ts';
import type { NestedArray } from './tensor.ts';

/** The shape of nested arrays and their elements in a typed array. Throws ShapeError where rows differ in length. */
export function flattenNested(values: NestedArray, dtype?: DType): { data: HostArray; spec: Spec } {
  const shape = shapeOf(values);
  const flat: (number | boolean)[] = [];
  collect(values, shape, 0, flat, []);
  const kind = dtype ?? (flat.length > 0 && flat.every((value) => typeof value === 'boolean') ? 'bool' : 'float32');
  const data = hostArray(kind, sizeOf(shape));
  const convert = CONVERSIONS[kind] ?? Number;
  for (let i = 0; i < flat.length; i++) data[i] = convert(flat[i]!);
  return { data, spec: { shape, dtype: kind } };
}

/** Where storing a number in the dtype's array would not make it one of the dtype. */
const CONVERSIONS: Partial<Record<DType, (value: number | boolean) => number>> = {
  bool: (value) => Number(Number(value) !== 0),
  float16: (value) => roundToHalf(Number(value)),
};

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
            `tensor: element [${at.join(', ')}] is ${JSON.stringify(value) ?? String(value)}, expected a number or boolean.`,
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
  if (shape.some((size) => !Number.isInteger(size) || size < 0)) {
    throw new ShapeError(`${name}: ${formatShape(shape)} is not a shape; sizes are whole numbers of at least 0.`);
  }
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
