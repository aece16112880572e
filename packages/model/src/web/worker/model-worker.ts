// Workers that hold models.

import { Dataset, type Values } from '@nablajs/data';
import type { History } from '../../callbacks/history.ts';
import type { AnyModel, Model } from '../../model.ts';
import type { Structure } from '../../topology/structure.ts';
import type { ModelInput } from '../../training/input.ts';
import { Channel } from './channel.ts';
import { RemoteModel } from './remote-model.ts';
import type { RemoteFitOptions } from './train.ts';

/** Options of {@link modelWorker}. */
export interface ModelWorkerOptions {
  /** Which of the worker's backends to start. Default: its first. */
  readonly backend?: string;
  /** Milliseconds to wait for the worker to hear a question. Default 30,000. */
  readonly patience?: number;
}

/** A worker that computes, and holds models. Made by {@link modelWorker}. */
export class ModelWorker {
  readonly #channel: Channel;
  /** The name of its backend, or an empty string when the worker chose one itself. */
  readonly backend: string;

  constructor(channel: Channel, backend: string) {
    this.#channel = channel;
    this.backend = backend;
  }

  /** Copies a model, or the bytes of its file, into the worker. The copy is a model of its own. */
  load(bytes: Uint8Array): Promise<RemoteModel>;
  load<In extends Structure, Out extends Structure>(model: Model<In, Out>): Promise<RemoteModel<Out>>;
  async load(model: AnyModel | Uint8Array): Promise<RemoteModel<Structure>> {
    const bytes = model instanceof Uint8Array ? model : await model.toBytes();
    // Bytes that are the caller's stay with the caller.
    const transfer = bytes === model ? [] : [bytes.buffer as ArrayBuffer];
    return new RemoteModel(this.#channel, await this.#channel.ask('load', bytes, transfer));
  }

  /** Ends the worker and whatever it was doing; promises that wait for it reject. */
  terminate(): void {
    this.#channel.close();
  }
}

/**
 * Starts a worker in which `serveModels` waits. One worker has one backend; another backend is another worker.
 * @throws ConfigError when it does not answer or has no such backend; BackendUnavailableError when the backend cannot start
 * @example
 * const worker = await modelWorker(new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' }));
 */
export async function modelWorker(
  worker: object,
  { backend, patience = 30_000 }: ModelWorkerOptions = {},
): Promise<ModelWorker> {
  const channel = new Channel(worker, patience);
  try {
    return new ModelWorker(channel, await channel.ask('start', backend));
  } catch (error) {
    channel.close();
    throw error;
  }
}

/** Options of {@link fitInWorker}. */
export interface FitInWorkerOptions extends RemoteFitOptions {
  /** Bring the weights back after each epoch, for callbacks that read or write them. Default `false`: at the end only. */
  readonly syncEachEpoch?: boolean;
}

/**
 * `model.fit`, in a worker: the page stays free, and afterwards the model has the weights, the optimizer state and the random
 * state it would have had, to the last bit on the same backend. When it is aborted, it has those of the last batch.
 * @throws what `model.fit` throws
 * @example const history = await fitInWorker(worker, model, x, y, { epochs: 5, signal });
 */
export async function fitInWorker<In extends Structure, Out extends Structure>(
  worker: ModelWorker,
  model: Model<In, Out>,
  x: ModelInput,
  y: ModelInput,
  { syncEachEpoch = false, ...options }: FitInWorkerOptions = {},
): Promise<History> {
  // In the order in which fit draws random numbers: a stream of its own, then the weights.
  model.trainingStream();
  if (!model.built) await buildFor(model as unknown as AnyModel, x);
  const remote = await worker.load(model);
  try {
    return await remote.fitFor(model as unknown as AnyModel, x, y, options, syncEachEpoch);
  } finally {
    await remote.dispose().catch(() => undefined);
  }
}

/** Makes a model's weights for samples like these. */
async function buildFor(model: AnyModel, x: ModelInput): Promise<void> {
  const first = Dataset.from({ x: x as Values })
    .take(1)
    .batch(1);
  for await (const batch of first.epoch(null)) model.build(batch.x.spec);
}
