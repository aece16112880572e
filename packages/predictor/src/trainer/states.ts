// The states of a training on the backend: steps take them and give them anew.
import type { StoredTensor } from '@nablajs/model';
import {
  type Backend,
  type Buffer,
  ConfigError,
  type Executable,
  type HostArray,
  hostArray,
  sizeOf,
} from '@nablajs/tensor';
import { isKept, type LoadedTrainer, type StoredState, type StoredStep } from './format.ts';

/** Sums of one count, by the numbers of their states. */
export type Sums = Map<number, Buffer>;

/** What a training changes and keeps. */
export class States {
  readonly #backend: Backend;
  readonly #specs: readonly StoredState[];
  /** By number; sums are not among them. */
  readonly #buffers = new Map<number, Buffer>();
  #end: string | null = null;

  constructor(backend: Backend, { stored, tensors }: LoadedTrainer) {
    this.#backend = backend;
    this.#specs = stored.states;
    for (const [i, { name, role }] of this.#specs.entries()) {
      if (isKept(role)) this.put(i, tensors.get(name)!.data);
    }
  }

  /** Buffers of states by name. */
  named(names: readonly string[]): readonly Buffer[] {
    return names.map((name) => this.#buffers.get(this.#specs.findIndex((each) => each.name === name))!);
  }

  /** Replaces a state. */
  put(state: number, data: HostArray): void {
    const before = this.#buffers.get(state);
    const { dtype, shape } = this.#specs[state]!;
    this.#buffers.set(state, this.#backend.upload(data, { dtype, shape }));
    if (before) this.#backend.free(before);
  }

  /** A state's values. */
  read(state: number): Promise<HostArray> {
    return this.#backend.download(this.#buffers.get(state)!);
  }

  /** The values of all states but sums, by name. */
  async tensors(): Promise<Map<string, StoredTensor>> {
    const entries = [...this.#buffers].map(async ([i, buffer]) => {
      const { name, dtype, shape } = this.#specs[i]!;
      return [name, { dtype, shape, data: await this.#backend.download(buffer) }] as const;
    });
    return new Map(await Promise.all(entries));
  }

  /** Sums of nothing. */
  zeros(): Sums {
    const sums: Sums = new Map();
    for (const [i, { role, dtype, shape }] of this.#specs.entries()) {
      if (role === 'sum') sums.set(i, this.#backend.upload(hostArray(dtype, sizeOf(shape)), { dtype, shape }));
    }
    return sums;
  }

  release(sums: Sums): void {
    for (const buffer of sums.values()) this.#backend.free(buffer);
    sums.clear();
  }

  /**
   * Runs a step on a batch. Returns the results that are no states.
   * @param key for its random draws
   */
  async run(
    program: Executable,
    step: StoredStep,
    { batch, sums, key }: { readonly batch: readonly Buffer[]; readonly sums: Sums; readonly key: Buffer | null },
  ): Promise<readonly Buffer[]> {
    const home = (state: number): Map<number, Buffer> => (this.#specs[state]!.role === 'sum' ? sums : this.#buffers);
    const fed = step.feeds.map((state) => (this.#specs[state]!.role === 'key' ? key! : home(state).get(state)!));
    let outputs: readonly Buffer[];
    try {
      outputs = await program.run([...batch, ...fed]);
    } catch (error) {
      // They belonged to the run, which may have freed or overwritten them.
      for (const state of step.updates) home(state).delete(state);
      if (step.updates.some((state) => home(state) === this.#buffers)) {
        this.#end = 'lost its weights in a step that failed. Load what was saved last';
      }
      throw error;
    }
    const values = outputs.length - step.updates.length;
    for (const [i, state] of step.updates.entries()) home(state).set(state, outputs[values + i]!);
    return outputs.slice(0, values);
  }

  /** Throws ConfigError when there are no weights any more. */
  requireAlive(caller: string): void {
    if (this.#end) throw new ConfigError(`${caller}: this trainer ${this.#end}.`);
  }

  dispose(): void {
    this.release(this.#buffers);
    this.#end = 'was disposed. Load it again';
  }
}
