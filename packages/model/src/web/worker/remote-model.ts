// A model that lives in a worker, as the page sees it.
import { ConfigError, fromData, Tensor } from '@nablajs/tensor';
import type { History } from '../../callbacks/history.ts';
import type { LoadOptions } from '../../files/load.ts';
import { modelFromBytes } from '../../files/load.ts';
import type { Model } from '../../model.ts';
import type { ModelData } from '../../training/input.ts';
import type { Channel } from './channel.ts';
import { packed, unpacked } from './parcels.ts';
import { type RemoteFitOptions, trainRemotely } from './train.ts';

/** A model in a worker. Its methods mean what they mean on a model; the page stays free while they run. */
export class RemoteModel {
  readonly #channel: Channel;
  readonly #number: number;

  constructor(channel: Channel, number: number) {
    this.#channel = channel;
    this.#number = number;
  }

  /**
   * Trains. Callbacks run in the page: between epochs the worker waits for them, between batches it does not.
   * @throws what `model.fit` throws; the signal's reason when it aborts
   */
  fit(x: ModelData, y: ModelData, options: RemoteFitOptions = {}): Promise<History> {
    return trainRemotely(this.#channel, this.#number, x, y, options, {
      model: new StandIn() as unknown as Model,
      sync: async () => undefined,
      eachEpoch: false,
    });
  }

  /** {@link fit} for a model of the page, that the callbacks see and that gets what was learnt. */
  fitFor(
    model: Model,
    x: ModelData,
    y: ModelData,
    options: RemoteFitOptions,
    syncEachEpoch: boolean,
  ): Promise<History> {
    const page = { model, sync: () => this.copyTo(model), eachEpoch: syncEachEpoch };
    return trainRemotely(this.#channel, this.#number, x, y, options, page);
  }

  /** The loss and the metrics on some data. */
  async evaluate(
    x: ModelData,
    y: ModelData,
    options: { readonly batchSize?: number } = {},
  ): Promise<Record<string, number>> {
    const transfer: Transferable[] = [];
    const [from, truth] = [await packed(x, transfer), await packed(y, transfer)];
    return this.#channel.ask('evaluate', { model: this.#number, x: from, y: truth, ...options }, transfer);
  }

  /** The outputs for all samples, in order. Works while the model trains, with the weights it has by then. */
  async predict(x: ModelData, options: { readonly batchSize?: number } = {}): Promise<Tensor> {
    const transfer: Transferable[] = [];
    const from = await packed(x, transfer);
    const outputs = unpacked(
      await this.#channel.ask('predict', { model: this.#number, x: from, ...options }, transfer),
    );
    if (!(outputs instanceof Tensor)) throw new ConfigError('the worker answered with something that is no tensor.');
    return outputs;
  }

  /** The bytes of the model's file, as `model.toBytes()` gives them. */
  toBytes(): Promise<Uint8Array> {
    return this.#channel.ask('save', this.#number);
  }

  /**
   * Brings weights, optimizer state and random state into a model of the page with the same architecture.
   * @throws FormatError or ShapeError when it has another one
   */
  async copyTo(model: Model, options: LoadOptions = {}): Promise<void> {
    const trained = modelFromBytes(await this.toBytes(), options, "the worker's model");
    if (!model.built && trained.inputSpec) model.build(trained.inputSpec);
    const pairs: [Model, Model] = [trained, model];
    const [from, to] = pairs.map((each) => {
      if (each.compilation && each.built) each.optimizer.build(each.trainableWeights);
      return [...each.weights, ...(each.compilation?.optimizer.variables ?? [])];
    }) as [Model['weights'], Model['weights']];
    if (from.length !== to.length) {
      throw new ConfigError(
        `copyTo: the worker's model has ${from.length} values of weights and optimizer, the page's ${to.length}. Copy into a model with the same layers, compiled alike.`,
      );
    }
    for (const [i, { value, shape, dtype }] of from.entries())
      to[i]!.assign(fromData(await value.data(), shape, dtype));
    model.randomState = trained.randomState;
  }

  /** Forgets the model in the worker. */
  async dispose(): Promise<void> {
    await this.#channel.ask('drop', this.#number);
  }
}

/** What callbacks get for a model that is elsewhere. */
class StandIn {
  stopTraining = false;

  get weights(): never {
    throw new ConfigError(
      "a callback asked for the model's weights, which are in the worker. Train with fitInWorker(worker, model, x, y, { syncEachEpoch: true }).",
    );
  }
}
