// Shape and dtype rules that several ops share.
import { ConfigError, DTypeError, ShapeError } from '../errors.ts';
import { DTYPES, type DType, formatShape, formatSpec, isFloat, type Shape, type Spec } from '../spec.ts';
import type { Axes } from '../tensor.ts';

/** NumPy broadcasting of shapes: aligned at the right, sizes equal or 1. Throws ShapeError naming the axis. */
export function broadcastShapes(name: string, ...shapes: readonly Shape[]): number[] {
  const rank = Math.max(0, ...shapes.map((shape) => shape.length));
  const result = new Array<number>(rank).fill(1);
  for (const shape of shapes) {
    const offset = rank - shape.length;
    shape.forEach((size, axis) => {
      const known = result[axis + offset]!;
      if (known === 1) result[axis + offset] = size;
      else if (size !== 1 && size !== known) {
        throw new ShapeError(
          `${name}: shapes ${shapes.map(formatShape).join(' and ')} do not broadcast: ` +
            `axis ${axis - shape.length} is ${size} in one and ${known} in another. ` +
            'Sizes must be equal or 1, counted from the last axis; reshape or expandDims one of them.',
        );
      }
    });
  }
  return result;
}

/** A non-negative axis of a rank; throws ShapeError when there is none. */
export function normalizeAxis(name: string, axis: number, rank: number): number {
  const index = axis < 0 ? axis + rank : axis;
  if (!Number.isInteger(axis) || index < 0 || index >= rank) {
    throw new ShapeError(
      `${name}: axis ${axis} does not exist in a tensor of rank ${rank}. ` +
        (rank === 0 ? 'A scalar has no axes.' : `Use ${-rank} to ${rank - 1}.`),
    );
  }
  return index;
}

/** Sorted, unique, non-negative axes; all of them when `axes` is undefined. */
export function normalizeAxes(name: string, axes: Axes | undefined, rank: number): number[] {
  if (axes === undefined) return Array.from({ length: rank }, (_, axis) => axis);
  const list = typeof axes === 'number' ? [axes] : axes;
  const unique = new Set(list.map((axis) => normalizeAxis(name, axis, rank)));
  if (unique.size !== list.length) throw new ShapeError(`${name}: axes ${formatShape(list)} name one axis twice.`);
  return [...unique].sort((a, b) => a - b);
}

/** A shape without the reduced axes, or with size 1 in their places. */
export function reducedShape(shape: Shape, axes: readonly number[], keepDims: boolean): number[] {
  return keepDims
    ? shape.map((size, axis) => (axes.includes(axis) ? 1 : size))
    : shape.filter((_, axis) => !axes.includes(axis));
}

/** The dtypes an op takes: these, the floating ones, or all but bool. */
export type Allowed = readonly DType[] | 'float' | 'number';

/** Throws unless sizes are whole numbers of at least 0 and the dtype exists: arguments of plain JavaScript may be anything. */
export function requireSpec(name: string, { shape, dtype }: Spec): void {
  if (shape.some((size) => !Number.isInteger(size) || size < 0)) {
    throw new ShapeError(`${name}: ${formatShape(shape)} is not a shape; sizes are whole numbers of at least 0.`);
  }
  if (!DTYPES.includes(dtype))
    throw new DTypeError(`${name}: '${dtype}' is not a dtype. Use one of ${DTYPES.join(', ')}.`);
}

/** The rule of ops whose result is as their operand. */
/* @__NO_SIDE_EFFECTS__ */
export function keeps(name: string, allowed: Allowed): (inputs: readonly Spec[]) => Spec {
  return ([x]) => {
    requireDType(name, x!, allowed);
    return x!;
  };
}

/** Throws unless `spec` has one of the dtypes. */
export function requireDType(name: string, spec: Spec, allowed: Allowed): void {
  const fits =
    allowed === 'float'
      ? isFloat(spec.dtype)
      : allowed === 'number'
        ? spec.dtype !== 'bool'
        : allowed.includes(spec.dtype);
  if (fits) return;
  const wanted = allowed === 'float' ? 'a floating dtype' : allowed === 'number' ? 'numbers' : allowed.join(' or ');
  throw new DTypeError(
    `${name}: expects ${wanted}, got ${formatSpec(spec)}. Convert it with cast('${
      typeof allowed === 'string' ? 'float32' : allowed[0]
    }').`,
  );
}

/** Throws unless all specs share one dtype. */
export function requireSameDType(name: string, specs: readonly Spec[]): void {
  const odd = specs.find((spec) => spec.dtype !== specs[0]!.dtype);
  if (odd) {
    throw new DTypeError(
      `${name}: operands have dtypes ${specs.map((spec) => spec.dtype).join(' and ')}. Cast one to the other's dtype.`,
    );
  }
}

/** A whole, non-negative number, or a ConfigError that says which argument was not. */
export function requireCount(name: string, argument: string, value: number): number {
  if (!Number.isInteger(value) || value < 0) {
    throw new ConfigError(`${name}: ${argument} must be a whole number of at least 0, got ${value}.`);
  }
  return value;
}
