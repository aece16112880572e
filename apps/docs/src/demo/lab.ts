// The networks of the page, in a worker of one engine.
import { type ModelWorker, modelWorker, type RemoteModel } from '@nablajs/model/web';
import { fromData } from 'nablajs';
import { type Samples, SIDE, type TrainingOptions, type Which } from './protocol.ts';
import { freshNetwork, type Observer, trainNetwork } from './training.ts';

/** A worker and the networks in it. */
export class Lab {
  readonly engine: string;
  readonly #worker: ModelWorker;
  readonly #networks: Partial<Record<Which, RemoteModel>> = {};

  private constructor(engine: string, worker: ModelWorker, given: RemoteModel) {
    this.engine = engine;
    this.#worker = worker;
    this.#networks.given = given;
  }

  /** Starts an engine in a worker of its own. Throws BackendUnavailableError where it cannot run. */
  static async open(engine: string, given: Uint8Array): Promise<Lab> {
    const file = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });
    const worker = await modelWorker(file, { backend: engine });
    return new Lab(engine, worker, await worker.load(given));
  }

  /** The probability of each digit, or `null` while there is no such network. */
  async recognise(which: Which, pixels: Float32Array): Promise<number[] | null> {
    const outputs = await this.#networks[which]?.predict(fromData(pixels, [1, SIDE, SIDE, 1]));
    return outputs ? Array.from(await outputs.data()) : null;
  }

  /** Trains a new network, which can be asked meanwhile. */
  async train(
    train: Samples,
    test: Samples,
    options: TrainingOptions,
    observer: Observer,
    signal: AbortSignal,
  ): Promise<void> {
    this.#networks.own = await this.#worker.load(freshNetwork(options));
    await trainNetwork(this.#networks.own, train, test, options, observer, signal);
  }

  /** The file of the network that was trained here. */
  async export(): Promise<Uint8Array | null> {
    return (await this.#networks.own?.toBytes()) ?? null;
  }

  close(): void {
    this.#worker.terminate();
  }
}
