// The memory policy. Intermediates own nothing; what was computed is held by a Storage, and reachability of the Storage is
// the reference count. Finalizers alone free nothing in tight loops, so a byte budget asks the collector to look.
import type { Backend, Buffer } from '../backend/contract.ts';
import { TraceError } from '../errors.ts';
import { nextTurn } from '../host.ts';

/** Exclusive owner of one backend buffer. */
export class Storage {
  readonly backend: Backend;
  #buffer: Buffer | null;
  #gone = 'was disposed';
  /** Somebody besides a variable may hold this: a compiled step must not overwrite it. */
  shared = false;

  constructor(buffer: Buffer) {
    this.backend = buffer.backend;
    this.#buffer = buffer;
    ledgerOf(this.backend).adopt(this, buffer);
  }

  get buffer(): Buffer {
    if (this.#buffer === null)
      throw new TraceError(
        `this value ${this.#gone} and cannot be read any more. Read it, or compute it again, before that.`,
      );
    return this.#buffer;
  }

  /** Frees the buffer now. */
  dispose(): void {
    if (this.#buffer === null) return;
    const buffer = this.#buffer;
    this.surrender('was disposed');
    this.backend.free(buffer);
  }

  /** Lets go of the buffer without freeing it: somebody else has it now. */
  surrender(reason: string): void {
    if (this.#buffer === null) return;
    ledgerOf(this.backend).release(this, this.#buffer);
    this.#buffer = null;
    this.#gone = reason;
  }
}

/** Garbage that may pile up before the collector is asked, unless the backend names its own budget. */
const DEFAULT_BUDGET = 16 * 2 ** 20;
const GROWTH = 1.5;

/** Counts the bytes of one backend and frees buffers whose owner became unreachable. */
class Ledger {
  bytes = 0;
  buffers = 0;
  #threshold: number;
  readonly #budget: number;
  readonly #finalizers: FinalizationRegistry<Buffer>;

  constructor(backend: Backend) {
    this.#budget = backend.capabilities.byteBudget ?? DEFAULT_BUDGET;
    this.#threshold = this.#budget;
    this.#finalizers = new FinalizationRegistry((buffer) => {
      this.#count(buffer, -1);
      backend.free(buffer);
    });
  }

  adopt(owner: Storage, buffer: Buffer): void {
    this.#count(buffer, 1);
    this.#finalizers.register(owner, buffer, owner);
  }

  release(owner: Storage, buffer: Buffer): void {
    this.#count(buffer, -1);
    this.#finalizers.unregister(owner);
  }

  /** Called at our own await points: over budget, prompt a collection and give finalizers a turn. */
  async settle(): Promise<void> {
    if (this.bytes <= this.#threshold) return;
    for (let attempt = 0; attempt < 3 && this.bytes > this.#threshold; attempt++) await promptCollection();
    this.#threshold = Math.max(this.#budget, this.bytes * GROWTH);
  }

  #count(buffer: Buffer, sign: number): void {
    this.bytes += sign * buffer.bytes;
    this.buffers += sign;
  }
}

// V8 collects when much external memory was allocated; untouched pages cost nothing.
async function promptCollection(): Promise<void> {
  for (let i = 0; i < 4; i++) new ArrayBuffer(128 * 2 ** 20);
  await nextTurn();
}

const ledgers = new WeakMap<Backend, Ledger>();

/** The ledger of a backend. */
export function ledgerOf(backend: Backend): Ledger {
  let ledger = ledgers.get(backend);
  if (!ledger) {
    ledger = new Ledger(backend);
    ledgers.set(backend, ledger);
  }
  return ledger;
}
