// What a session's names stand for in a run. Kept from run to run, for most of it stays: only what changed is told again.
import type { OrtApi } from './api.ts';

/** A name of the model, the OrtValue it stands for, and whose memory that is. */
export type Binding = readonly [name: string, value: bigint, owner: object];

/** An OrtIoBinding, and the memory that each of its names has. */
interface Bound {
  readonly handle: bigint;
  readonly owners: Map<string, object>;
}

/** The bindings of one session: one that is kept, and others for runs at the same time. */
export class Bindings {
  readonly #api: OrtApi;
  readonly #session: bigint;
  #kept: Bound | null = null;

  constructor(api: OrtApi, session: bigint) {
    this.#api = api;
    this.#session = session;
  }

  /** A binding of these values that nobody else uses. */
  take(inputs: readonly Binding[], outputs: readonly Binding[]): Bound {
    const bound = this.#kept ?? { handle: this.#api.make('CreateIoBinding', this.#session), owners: new Map() };
    this.#kept = null;
    try {
      this.#bind('BindInput', bound, inputs);
      this.#bind('BindOutput', bound, outputs);
    } catch (error) {
      this.#api.release('ReleaseIoBinding', bound.handle);
      throw error;
    }
    return bound;
  }

  /** Ends the use of a binding. */
  giveBack(bound: Bound): void {
    if (this.#kept) this.#api.release('ReleaseIoBinding', bound.handle);
    else this.#kept = bound;
  }

  dispose(): void {
    if (this.#kept) this.#api.release('ReleaseIoBinding', this.#kept.handle);
    this.#kept = null;
  }

  #bind(call: 'BindInput' | 'BindOutput', { handle, owners }: Bound, bindings: readonly Binding[]): void {
    for (const [name, value, owner] of bindings) {
      if (owners.get(name) === owner) continue;
      this.#api.check(call, handle, name, value);
      owners.set(name, owner);
    }
  }
}
