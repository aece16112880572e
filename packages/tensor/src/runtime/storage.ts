// The memory policy. Intermediates own nothing; what was computed is held by a Storage, and reachability of the Storage is
// the reference count. Finalizers alone free nothing in tight loops, so a byte budget asks the collector to look.
import type { Backend, Buffer } from '../backend/contract.ts';
import { TraceError } from '../errors.ts';
import { nextTurn } from '../host.ts';

/** The buffer of a storage. An object of its own, for the finalizer must not hold the storage itself. */
interface Held {
  buffer: Buffer;
}

/** Exclusive owner of one backend buffer. */
export class Storage {
  readonly backend: Backend;
  #held: Held | null;
  #gone = 'was disposed and';
  /** Somebody besides a variable may hold this: a compiled step must not overwrite it. */
  shared = false;

  constructor(buffer: Buffer) {
    this.backend = buffer.backend;
    this.#held = { buffer };
    ledgerOf(this.backend).adopt(this, this.#held);
  }

  get buffer(): Buffer {
    return this.#current().buffer;
  }

  /** Frees the buffer now. */
  dispose(): void {
    if (this.#held === null) return;
    const { buffer } = this.#held;
    this.surrender('was disposed and');
    this.backend.free(buffer);
  }

  /** Lets go of the buffer without freeing it: somebody else has it now. */
  surrender(reason: string): void {
    if (this.#held === null) return;
    ledgerOf(this.backend).release(this, this.#held);
    this.#held = null;
    this.#gone = reason;
  }

  /** A run took the buffer over and gave this one of the same spec back. State goes from step to step without new owners. */
  renew(buffer: Buffer): this {
    this.#current().buffer = buffer;
    return this;
  }

  #current(): Held {
    if (this.#held !== null) return this.#held;
    throw new TraceError(`this value ${this.#gone} cannot be read any more. Read it before that, or compute it again.`);
  }
}

/** Garbage that may pile up before the collector is asked, unless the backend names its own budget. */
const DEFAULT_BUDGET = 16 * 2 ** 20;
/**
 * The same for the number of buffers: small ones add up in their owners, whatever their bytes. A collection takes some
 * ten milliseconds, which this many results of a small step share.
 */
const COUNT_BUDGET = 8000;
const GROWTH = 1.5;

/** Counts the bytes of one backend and frees buffers whose owner became unreachable. */
class Ledger {
  bytes = 0;
  buffers = 0;
  #threshold: number;
  #most = COUNT_BUDGET;
  readonly #budget: number;
  readonly #finalizers: FinalizationRegistry<Held>;

  constructor(backend: Backend) {
    this.#budget = backend.capabilities.byteBudget ?? DEFAULT_BUDGET;
    this.#threshold = this.#budget;
    this.#finalizers = new FinalizationRegistry(({ buffer }) => {
      this.#count(buffer, -1);
      backend.free(buffer);
    });
  }

  adopt(owner: Storage, held: Held): void {
    this.#count(held.buffer, 1);
    this.#finalizers.register(owner, held, owner);
  }

  release(owner: Storage, { buffer }: Held): void {
    this.#count(buffer, -1);
    this.#finalizers.unregister(owner);
  }

  /** Called at our own await points: over budget, prompt a collection and give finalizers a turn. */
  async settle(): Promise<void> {
    if (!this.isOverBudget) return;
    for (let attempt = 0; attempt < 3 && this.isOverBudget; attempt++) await promptCollection();
    this.#threshold = Math.max(this.#budget, this.bytes * GROWTH);
    this.#most = Math.max(COUNT_BUDGET, this.buffers * GROWTH);
  }

  /** Whether {@link settle} has anything to do. */
  get isOverBudget(): boolean {
    return this.bytes > this.#threshold || this.buffers > this.#most;
  }

  #count(buffer: Buffer, sign: number): void {
    this.bytes += sign * buffer.bytes;
    this.buffers += sign;
  }
}

// V8 collects when much external memory was allocated; untouched pages cost nothing.
async function promptCollection(): Promise<void> {
  try {
    for (let i = 0; i < 4; i++) new ArrayBuffer(128 * 2 ** 20);
  } catch {
    // A host that refuses so much at once has just collected to find it.
  }
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
