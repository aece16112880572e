import { type Backend, type Buffer, formatSpec, NablaError, type Spec, sameShape } from '@nablajs/tensor';
import type { Block } from '../memory/allocator.ts';
import type { Heap } from '../memory/heap.ts';
import { bytesOf } from '../memory/values.ts';
import type { Pool } from '../threads/pool.ts';
import type { Madd } from '../wasm/index.ts';
import type { KernelLibrary } from './kernels.ts';

interface CpuBuffer extends Buffer {
  readonly block: Block;
}

/** What executables of one backend share: memory, kernels, scratch. */
export class Device {
  readonly heap: Heap;
  readonly library: KernelLibrary;
  readonly madd: Madd;
  /** Worker threads, if there are any. */
  readonly pool: Pool | null;
  readonly #backend: Backend;
  readonly #scratch = new Map<string, Block>();
  readonly #live = new Set<Buffer>();
  #bytes = 0;
  #open = true;

  constructor(backend: Backend, parts: Pick<Device, 'heap' | 'library' | 'madd' | 'pool'>) {
    this.#backend = backend;
    this.heap = parts.heap;
    this.library = parts.library;
    this.madd = parts.madd;
    this.pool = parts.pool;
  }

  /** Threads that may need scratch at the same time. */
  get threads(): number {
    return this.pool?.threads ?? 1;
  }

  /** Live buffers and their bytes. */
  get usage(): { readonly buffers: number; readonly bytes: number } {
    return { buffers: this.#live.size, bytes: this.#bytes };
  }

  /** A buffer for a value, its contents unspecified. */
  allocate(spec: Spec): Buffer {
    this.requireOpen();
    const block = this.heap.allocate(bytesOf(spec), formatSpec(spec));
    return this.#hold(block, spec);
  }

  /** Takes a buffer back; freeing twice does nothing. */
  free(buffer: Buffer): void {
    if (!this.#live.delete(buffer)) return;
    this.#bytes -= buffer.bytes;
    this.heap.free((buffer as CpuBuffer).block);
  }

  /** The same memory as a buffer of this spec. State keeps its buffer from step to step; another spec takes a new one. */
  rename(buffer: Buffer, spec: Spec): Buffer {
    if (buffer.spec.dtype === spec.dtype && sameShape(buffer.spec.shape, spec.shape)) return buffer;
    const { block } = buffer as CpuBuffer;
    this.#live.delete(buffer);
    this.#bytes -= buffer.bytes;
    return this.#hold(block, spec);
  }

  /** Where a buffer lies. Throws when it was freed or is another backend's. */
  blockOf(buffer: Buffer): Block {
    this.requireOpen();
    if (this.#live.has(buffer)) return (buffer as CpuBuffer).block;
    throw new NablaError(
      buffer.backend === this.#backend
        ? `cpu: a buffer of ${formatSpec(buffer.spec)} was used after it was freed or donated.`
        : `cpu: got a buffer of backend '${buffer.backend.name}'. Download it there and upload it here.`,
    );
  }

  /** The address of memory that only lives while a program runs; shared by all, grown on demand. */
  scratch(name: string, bytes: number): number {
    const known = this.#scratch.get(name);
    if (known && known.bytes >= bytes) return known.address;
    if (known) this.heap.free(known);
    this.#scratch.delete(name);
    const block = this.heap.allocate(bytes, `the ${name} of a compiled graph`);
    this.#scratch.set(name, block);
    return block.address;
  }

  /** Throws when the backend was disposed. */
  requireOpen(): void {
    if (!this.#open) throw this.closed('this backend');
  }

  /** The error for using something that was disposed. */
  closed(what: string): NablaError {
    return new NablaError(`cpu: ${what} was disposed. Make a new one: await cpu().`);
  }

  /** Frees everything. */
  close(): void {
    this.#open = false;
    this.pool?.close();
    this.#live.clear();
    this.#scratch.clear();
    this.#bytes = 0;
  }

  #hold(block: Block, spec: Spec): Buffer {
    const buffer: CpuBuffer = { backend: this.#backend, spec, bytes: block.bytes, block };
    this.#live.add(buffer);
    this.#bytes += buffer.bytes;
    return buffer;
  }
}
