// One array of a data set: rows on the host, copied into batches.
import {
  ConfigError,
  type DType,
  formatShape,
  fromData,
  type HostArray,
  hostArray,
  type Shape,
  ShapeError,
  sizeOf,
  type Tensor,
} from '@nablajs/tensor';

/** Numbers of any width, as files hold them. */
export type TypedArray =
  | Float32Array
  | Float64Array
  | Int8Array
  | Int16Array
  | Int32Array
  | Uint8Array
  | Uint8ClampedArray
  | Uint16Array
  | Uint32Array;

/** Options of {@link column}. */
export interface ColumnOptions {
  /** Of the batches. Default `float32`; `int32` for arrays of whole numbers without `scale` and `offset`. */
  readonly dtype?: 'float32' | 'float64' | 'int32' | 'uint32';
  /** Batches hold `value * scale + offset`. Default 1. */
  readonly scale?: number;
  /** See `scale`. Default 0. */
  readonly offset?: number;
}

/** Rows kept as they were read and converted as batches are made. {@link column} makes one. */
export class Column {
  readonly rows: number;
  readonly rowShape: Shape;
  readonly dtype: DType;
  readonly #rowSize: number;
  readonly #load: () => Promise<TypedArray>;
  readonly #scale: number;
  readonly #offset: number;
  #values: TypedArray | null = null;

  constructor(load: () => Promise<TypedArray>, shape: Shape, dtype: DType, scale: number = 1, offset: number = 0) {
    this.#load = load;
    this.rows = shape[0]!;
    this.rowShape = shape.slice(1);
    this.#rowSize = sizeOf(this.rowShape);
    this.dtype = dtype;
    this.#scale = scale;
    this.#offset = offset;
  }

  /** Fetches the values, which a tensor may hold elsewhere; `gather` works from then on. */
  async load(): Promise<void> {
    this.#values ??= await this.#load();
  }

  /** The named rows, stacked: `[indices.length, ...rowShape]`. */
  gather(indices: Uint32Array): Tensor {
    const size = this.#rowSize;
    const out = hostArray(this.dtype, indices.length * size);
    const values = this.#values!;
    if (this.#scale === 1 && this.#offset === 0) copyRows(values, indices, size, out);
    else scaleRows(values, indices, size, out, this.#scale, this.#offset);
    return fromData(out, [indices.length, ...this.rowShape], this.dtype);
  }
}

/**
 * A typed array as rows of a data set, converted batch by batch: 60,000 images stay 47 MB of bytes instead of becoming
 * 188 MB of floats.
 * @param data row-major values of any width; not copied
 * @param shape `[rows, ...]`; default `[data.length]`
 * @throws ShapeError when data and shape disagree
 * @example column(images.data, [60000, 28, 28, 1], { scale: 1 / 255 })
 */
export function column(data: TypedArray, shape: Shape = [data.length], options: ColumnOptions = {}): Column {
  const { scale = 1, offset = 0 } = options;
  if (shape.length === 0 || sizeOf(shape) !== data.length) {
    throw new ShapeError(`column: ${data.length} values do not fill ${formatShape(shape)}.`);
  }
  if (!Number.isFinite(scale) || !Number.isFinite(offset)) {
    throw new ConfigError(`column: scale and offset must be finite numbers, got ${scale} and ${offset}.`);
  }
  const isFloating = data instanceof Float32Array || data instanceof Float64Array;
  const dtype = options.dtype ?? (isFloating || scale !== 1 || offset !== 0 ? 'float32' : 'int32');
  return new Column(async () => data, shape, dtype, scale, offset);
}

/** Below this, a loop is faster than a view per row. */
const SHORT_ROW = 16;

function copyRows(from: TypedArray, indices: Uint32Array, size: number, to: HostArray): void {
  if (size < SHORT_ROW) {
    for (let i = 0, at = 0; i < indices.length; i++) {
      const start = indices[i]! * size;
      for (let j = 0; j < size; j++) to[at++] = from[start + j]!;
    }
    return;
  }
  for (let i = 0; i < indices.length; i++) {
    const start = indices[i]! * size;
    to.set(from.subarray(start, start + size), i * size);
  }
}

function scaleRows(
  from: TypedArray,
  indices: Uint32Array,
  size: number,
  to: HostArray,
  scale: number,
  offset: number,
): void {
  for (let i = 0, at = 0; i < indices.length; i++) {
    const start = indices[i]! * size;
    for (let j = 0; j < size; j++) to[at++] = from[start + j]! * scale + offset;
  }
}
