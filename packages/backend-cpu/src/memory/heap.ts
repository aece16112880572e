import { ConfigError, NablaError } from '@nablajs/tensor';
import type { MemoryImport } from '../wasm/index.ts';
import { Allocator, type Block } from './allocator.ts';

const PAGE = 65536;
const MOST_PAGES = 65536;
const STEP_PAGES = 256;
/** Vectors may read past the end of the last block. */
const MARGIN = 256;

/** One WebAssembly memory and what lies in it. Address 0 up to one page is never handed out: kernels take 0 for "none". */
export class Heap {
  readonly memory: WebAssembly.Memory;
  readonly #limit: number;
  readonly #allocator: Allocator;
  #blocks = 0;
  #bytes = 0;

  /** What modules over this memory import. */
  readonly import: MemoryImport;

  /** `limit`: the most bytes it may grow to. `shared`: other threads may see it. */
  constructor(limit: number, shared: boolean) {
    if (!(limit >= PAGE * 16)) {
      throw new ConfigError(`cpu: memory must be at least ${PAGE * 16} bytes, got ${limit}. Leave it out for 4 GiB.`);
    }
    const pages = Math.min(MOST_PAGES, Math.floor(limit / PAGE));
    this.#limit = pages * PAGE;
    this.memory = new WebAssembly.Memory({ initial: 2, maximum: pages, shared });
    this.import = shared ? { initial: 1, maximum: pages, shared } : { initial: 1, shared };
    this.#allocator = new Allocator(PAGE, (end) => this.#reserve(end));
  }

  /** What is handed out at the moment. */
  get usage(): { readonly buffers: number; readonly bytes: number } {
    return { buffers: this.#blocks, bytes: this.#bytes };
  }

  /** A block of at least so many bytes. Throws NablaError when there is no room. */
  allocate(bytes: number, purpose: string): Block {
    const block = this.#allocator.allocate(bytes);
    if (block === null) {
      throw new NablaError(
        `cpu: out of memory: ${purpose} needs ${bytes} bytes, ${this.#bytes} of ${this.#limit} are in use. ` +
          'Use smaller batches, dispose values you no longer need, or raise the memory option (at most 4 GiB).',
      );
    }
    this.#blocks++;
    this.#bytes += block.bytes;
    return block;
  }

  /** Takes a block back. */
  free(block: Block): void {
    this.#blocks--;
    this.#bytes -= block.bytes;
    this.#allocator.free(block);
  }

  /** Floats at an address. Do not keep: allocating may move the memory. */
  floats(address: number, length: number): Float32Array {
    return new Float32Array(this.memory.buffer, address, length);
  }

  /** Integers at an address. Do not keep: allocating may move the memory. */
  integers(address: number, length: number): Int32Array {
    return new Int32Array(this.memory.buffer, address, length);
  }

  #reserve(end: number): boolean {
    const missing = Math.ceil((end + MARGIN - this.memory.buffer.byteLength) / PAGE);
    if (missing <= 0) return true;
    const room = (this.#limit - this.memory.buffer.byteLength) / PAGE;
    return missing <= room && (this.#grow(Math.min(room, Math.max(missing, STEP_PAGES))) || this.#grow(missing));
  }

  #grow(pages: number): boolean {
    try {
      this.memory.grow(pages);
      return true;
    } catch {
      return false;
    }
  }
}
