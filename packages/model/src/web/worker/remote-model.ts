// A model that lives in a worker, as the page sees it.
import { ConfigError, fromData, type Tensor, type Variable } from '@nablajs/tensor';
import type { History } from '../../callbacks/history.ts';
import type { LoadOptions } from '../../files/load.ts';
import { modelFromBytes } from '../../files/load.ts';
import type { AnyModel, Model } from '../../model.ts';
import type { Structure, TensorsIn } from '../../topology/structure.ts';
import type { ModelInput } from '../../training/input.ts';
import type { Channel } from './channel.ts';
import { packed, unpacked } from './parcels.ts';
import { type RemoteFitOptions, trainRemotely } from './train.ts';

/** A model in a worker. Its methods mean what they mean on a model; the page stays free while they run. */
export class RemoteModel<Out extends Structure = Tensor> {
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
  fit(x: ModelInput, y: ModelInput, options: RemoteFitOptions = {}): Promise<History> {
    return trainRemotely(this.#channel, this.#number, x, y, options, {
      model: new StandIn() as unknown as AnyModel,
      sync: async () => undefined,
      eachEpoch: false,
    });
  }

  /** {@link fit} for a model of the page, that the callbacks see and that gets what was learnt. */
  fitFor(
    model: AnyModel,
    x: ModelInput,
    y: ModelInput,
    options: RemoteFitOptions,
    syncEachEpoch: boolean,
  ): Promise<History> {
    const sync = (): Promise<void> => this.copyTo(model as unknown as Model<Structure, Out>);
    const page = { model, sync, eachEpoch: syncEachEpoch };
    return trainRemotely(this.#channel, this.#number, x, y, options, page);
  }

  /** The loss and the metrics on some data. */
  async evaluate(
    x: ModelInput,
    y: ModelInput,
    options: { readonly batchSize?: number } = {},
  ): Promise<Record<string, number>> {
    const transfer: Transferable[] = [];
    const [from, truth] = [await packed(x, transfer), await packed(y, transfer)];
    return this.#channel.ask('evaluate', { model: this.#number, x: from, y: truth, ...options }, transfer);
  }

  /** The outputs for all samples, in order. Works while the model trains, with the weights it has by then. */
  async predict(x: ModelInput, options: { readonly batchSize?: number } = {}): Promise<TensorsIn<Out>> {
    const transfer: Transferable[] = [];
    const from = await packed(x, transfer);
    const outputs = await this.#channel.ask('predict', { model: this.#number, x: from, ...options }, transfer);
    return unpacked(outputs) as TensorsIn<Out>;
  }

  /** The bytes of the model's file, as `model.toBytes()` gives them. */
  toBytes(): Promise<Uint8Array> {
    return this.#channel.ask('save', this.#number);
  }

  /**
   * Brings weights, optimizer state and random state into a model of the page with the same architecture.
   * @throws FormatError or ShapeError when it has another one
   */
  async copyTo<In extends Structure>(model: Model<In, Out>, options: LoadOptions = {}): Promise<void> {
    const trained = modelFromBytes(await this.toBytes(), options, "the worker's model");
    const page = model as unknown as AnyModel;
    if (!page.built && trained.inputSpec) page.build(trained.inputSpec);
    const [from, to] = [await valuesOf(trained as unknown as AnyModel), await valuesOf(page)];
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

/** Weights, then the state of the optimizer. */
async function valuesOf(model: AnyModel): Promise<readonly Variable[]> {
  const optimizer = (await model.compilation?.load())?.optimizer;
  if (model.built) optimizer?.build(model.trainableWeights);
  return [...model.weights, ...(optimizer?.variables ?? [])];
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
