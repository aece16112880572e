// Tensors of a file: checked when the file is read, decoded when they are needed.
import type { Message } from '@nablajs/onnx-graph';
import {
  FormatError,
  formatShape,
  fromData,
  type HostArray,
  hostArray,
  type Shape,
  type Spec,
  sizeOf,
  type Tensor,
} from '@nablajs/tensor';
import { fromField, put, type StoredType, storedType } from './element.ts';
import type { ExternalData } from './external.ts';

/** More elements than any tensor of ours can have. */
const TOO_MANY = 2 ** 31;

/** One tensor of a file. */
export class StoredTensor {
  readonly name: string;
  readonly spec: Spec;
  readonly #type: StoredType;
  readonly #proto: Message<'TensorProto'>;
  readonly #raw: Uint8Array | null;
  #values: HostArray | null = null;

  /** @throws FormatError when shape and data contradict each other */
  constructor(proto: Message<'TensorProto'>, external: ExternalData) {
    this.name = proto.name ?? '';
    const what = `tensor '${this.name}'`;
    this.#type = storedType(proto.dataType, what);
    this.spec = { shape: shapeOf(proto.dims, what), dtype: this.#type.dtype };
    this.#proto = proto;
    if (external.isHollow(proto)) {
      this.#raw = null;
      this.#values = hostArray(this.spec.dtype, sizeOf(this.spec.shape));
      return;
    }
    this.#raw = proto.dataLocation === 1 ? external.read(proto, this.#bytes) : (proto.rawData ?? null);
    this.#check(what);
  }

  get #bytes(): number {
    return sizeOf(this.spec.shape) * this.#type.bytes;
  }

  #check(what: string): void {
    const size = sizeOf(this.spec.shape);
    const stated = `${what} is ${this.#type.name}${formatShape(this.spec.shape)}`;
    if (this.#raw && this.#raw.length !== this.#bytes) {
      throw new FormatError(
        `${stated}, which takes ${this.#bytes} bytes, but has ${this.#raw.length}. Is the file complete?`,
      );
    }
    const found = this.#proto[this.#type.field].length;
    // Empty tensors may leave out all fields.
    if (!this.#raw && found !== size) {
      throw new FormatError(`${stated}, ${size} elements, but has ${found}. Is the file complete?`);
    }
  }

  /** The elements, decoded once. */
  get values(): HostArray {
    this.#values ??= this.#raw ? this.#decode(this.#raw) : this.#convert();
    return this.#values;
  }

  /** The tensor, as part of the graph that is being built. */
  get tensor(): Tensor {
    return fromData(this.values, this.spec.shape, this.spec.dtype);
  }

  #decode(raw: Uint8Array): HostArray {
    const values = hostArray(this.spec.dtype, sizeOf(this.spec.shape));
    // float32 as it lies in the file is what most weights are: one copy. Typed arrays of all hosts are little-endian.
    if (this.#type.name === 'float' || this.#type.name === 'int32') {
      new Uint8Array(values.buffer).set(raw);
      return values;
    }
    const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
    const { bytes, read } = this.#type;
    for (let i = 0; i < values.length; i++) put(values, i, read(view, i * bytes));
    return values;
  }

  #convert(): HostArray {
    const values = hostArray(this.spec.dtype, sizeOf(this.spec.shape));
    this.#proto[this.#type.field].forEach((value, i) => {
      put(values, i, fromField(this.#type, value));
    });
    return values;
  }
}

/** Sizes of a tensor of a file. Throws FormatError for what is no shape, or larger than anything. */
export function shapeOf(dims: readonly bigint[], what: string): Shape {
  const shape = dims.map(Number);
  const size = shape.reduce((product, axis) => product * axis, 1);
  if (shape.every((axis) => Number.isSafeInteger(axis) && axis >= 0 && axis < TOO_MANY) && size < TOO_MANY)
    return shape;
  throw new FormatError(`${what} has shape [${dims.join(', ')}], which no tensor can have. Is the file damaged?`);
}
