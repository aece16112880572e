// Tensors that ONNX Runtime reads and writes in place, recycled by shape.
import type { Part } from '@nablajs/onnx-graph';
import {
  type Backend,
  type Buffer,
  bytesPerElement,
  type DType,
  formatSpec,
  type HostArray,
  type Shape,
  type Spec,
  sizeOf,
  TraceError,
} from '@nablajs/tensor';

/** Memory of one device. */
export interface Device {
  /** An uninitialised tensor. */
  allocate(spec: Spec): Block;
}

/** The memory of one tensor and the value that names it to ONNX Runtime. */
export interface Block {
  /** The OrtValue. */
  readonly value: bigint;
  write(data: HostArray): void;
  read(): HostArray;
  /** The OrtValue of a run of elements in the same memory, in a shape; devices without it take no tiled models. */
  part?(part: Part, shape: Shape): bigint;
  /** Gives the memory back. */
  release(): void;
}

/** A value on the device. */
export interface OrtBuffer extends Buffer {
  readonly block: Block;
  /** {@link keyOf} its spec. */
  readonly key: string;
}

/** `TensorProto.DataType` numbers; ONNX Runtime uses the same. */
export const ELEMENT_CODES: Readonly<Partial<Record<DType, number>>> = { float32: 1, int32: 6, bool: 9, float16: 10 };

/** Freed memory that is kept however little is in use. */
const KEPT = 64 * 2 ** 20;

interface Holding {
  readonly buffer: OrtBuffer;
  /** Runs that read or write it now. */
  uses: number;
  freed: boolean;
}

/** Hands out buffers and takes them back; freed ones wait for the next tensor of their shape. */
export class BufferPool {
  readonly #backend: () => Backend;
  readonly #device: Device;
  readonly #live = new Map<OrtBuffer, Holding>();
  /** Freed blocks by shape, least recently used shape first. */
  readonly #free = new Map<string, Block[]>();
  #liveBytes = 0;
  #freeBytes = 0;
  #limit = KEPT;

  constructor(device: Device, backend: () => Backend) {
    this.#device = device;
    this.#backend = backend;
  }

  /** A buffer for a tensor; whoever takes many of one spec has its key at hand. */
  take(spec: Spec, key: string = keyOf(spec)): OrtBuffer {
    const bytes = bytesOf(spec);
    const waiting = this.#free.get(key);
    const block = waiting?.pop();
    if (block) this.#freeBytes -= bytes;
    const buffer: OrtBuffer = {
      backend: this.#backend(),
      spec,
      bytes,
      block: block ?? this.#device.allocate(spec),
      key,
    };
    this.#live.set(buffer, { buffer, uses: 0, freed: false });
    this.#liveBytes += bytes;
    return buffer;
  }

  /** A live buffer of this pool, or a TraceError. */
  owned(buffer: Buffer): OrtBuffer {
    const holding = this.#live.get(buffer as OrtBuffer);
    if (!holding || holding.freed) {
      throw new TraceError(
        `onnxruntime: a ${formatSpec(buffer.spec)} was used ${buffer.backend === this.#backend() ? 'after it was freed' : `that lives on ${buffer.backend.name}`}.`,
      );
    }
    return holding.buffer;
  }

  free(buffer: OrtBuffer): void {
    const holding = this.#live.get(buffer);
    if (!holding || holding.freed) return;
    holding.freed = true;
    if (holding.uses === 0) this.#recycle(holding);
  }

  /** The memory of a buffer as a buffer of its own; the old one is gone. Null while a run uses it. */
  move(buffer: OrtBuffer): OrtBuffer | null {
    const holding = this.#live.get(buffer);
    if (!holding || holding.freed || holding.uses > 0) return null;
    this.#live.delete(buffer);
    const moved: OrtBuffer = { ...buffer };
    this.#live.set(moved, { buffer: moved, uses: 0, freed: false });
    return moved;
  }

  /** Keeps buffers from being recycled while `use` runs. */
  async during<T>(buffers: readonly OrtBuffer[], use: () => Promise<T>): Promise<T> {
    const holdings = buffers.flatMap((buffer) => this.#live.get(buffer) ?? []);
    for (const holding of holdings) holding.uses++;
    try {
      return await use();
    } finally {
      for (const holding of holdings) {
        holding.uses--;
        if (holding.freed && holding.uses === 0) this.#recycle(holding);
      }
    }
  }

  /** Keeps at least this many freed bytes: what one run of the largest graph hands back and takes again. */
  expect(bytes: number): void {
    this.#limit = Math.max(this.#limit, KEPT + bytes);
  }

  memory(): { readonly buffers: number; readonly bytes: number } {
    return { buffers: this.#live.size, bytes: this.#liveBytes };
  }

  /** Releases everything. */
  dispose(): void {
    for (const { buffer } of this.#live.values()) buffer.block.release();
    this.#live.clear();
    this.#liveBytes = 0;
    this.#trim(0);
  }

  #recycle({ buffer }: Holding): void {
    this.#live.delete(buffer);
    this.#liveBytes -= buffer.bytes;
    const { key } = buffer;
    const waiting = this.#free.get(key) ?? [];
    waiting.push(buffer.block);
    // Last again in the order of use.
    this.#free.delete(key);
    this.#free.set(key, waiting);
    this.#freeBytes += buffer.bytes;
    this.#trim(this.#limit);
  }

  #trim(limit: number): void {
    for (const [key, waiting] of this.#free) {
      if (this.#freeBytes <= limit && this.#free.size <= 512) return;
      const bytes = Number(key.slice(0, key.indexOf(' ')));
      while (waiting.length > 0 && (this.#freeBytes > limit || this.#free.size > 512)) {
        waiting.pop()!.release();
        this.#freeBytes -= bytes;
      }
      if (waiting.length === 0) this.#free.delete(key);
    }
  }
}

/** Bytes of a spec on the device. */
export function bytesOf({ shape, dtype }: Spec): number {
  return sizeOf(shape) * bytesPerElement(dtype);
}

/** The same for all tensors that can have each other's memory. */
export function keyOf(spec: Spec): string {
  return `${bytesOf(spec)} ${spec.dtype} ${spec.shape.join()}`;
}
