// One training in a worker: its data go there, and what happens comes back to the page's callbacks.
import { ConfigError } from '@nablajs/tensor';
import type { Callback, TrainingPlan } from '../../callbacks/callback.ts';
import { History } from '../../callbacks/history.ts';
import type { AnyModel } from '../../model.ts';
import type { FitOptions } from '../../training/fit.ts';
import type { ModelInput } from '../../training/input.ts';
import type { Channel } from './channel.ts';
import { packed } from './parcels.ts';
import type { FitEvent, FitOrder, Parcel } from './protocol.ts';

/** Options of a training in a worker: those of `model.fit`, without Datasets, which cannot travel. */
export interface RemoteFitOptions extends Omit<FitOptions, 'validationData'> {
  /** `[x, y]` or `[x, y, sampleWeight]`, evaluated after each epoch. Default none. */
  readonly validationData?: readonly [ModelInput, ModelInput] | readonly [ModelInput, ModelInput, ModelInput];
  /** Moves typed arrays into the worker instead of copying them: the page cannot read them afterwards. Default `false`. */
  readonly move?: boolean;
}

/** What the callbacks of the page see. */
export interface PageSide {
  /** The model they are shown. */
  readonly model: AnyModel;
  /** Brings it to where the worker's is. Done at the end, */
  readonly sync: () => Promise<void>;
  /** and, if so, after each epoch. */
  readonly eachEpoch: boolean;
}

/** Trains model `number` of a worker. */
export async function trainRemotely(
  channel: Channel,
  number: number,
  x: ModelInput,
  y: ModelInput,
  { callbacks = [], signal, validationData, sampleWeight, move = false, ...options }: RemoteFitOptions,
  page: PageSide,
): Promise<History> {
  signal?.throwIfAborted();
  const transfer: Transferable[] = [];
  const pack = (data: ModelInput): Promise<Parcel> => packed(data, transfer, move);
  const order: FitOrder = {
    x: await pack(x),
    y: await pack(y),
    ...(sampleWeight === undefined ? {} : { sampleWeight: await pack(sampleWeight) }),
    ...(validationData ? { validationData: await Promise.all(validationData.map(pack)) } : {}),
    options,
    watched: {
      begin: callbacks.some((callback) => callback.onBatchBegin),
      end: callbacks.some((callback) => callback.onBatchEnd),
    },
  };
  const faults = new AbortController();
  const audience = new Audience(callbacks, page, (fault) => faults.abort(fault));
  try {
    await channel.ask('fit', { model: number, order }, [...new Set(transfer)], {
      signal: signal ? AbortSignal.any([signal, faults.signal]) : faults.signal,
      onEvent: (event, goOn) => audience.hear(event, goOn),
    });
  } catch (error) {
    // What was learnt until then is kept, as fit keeps it; a worker that is gone has nothing to give.
    await page.sync().catch(() => undefined);
    throw error;
  }
  return audience.leave();
}

/** The callbacks of the page, told of one thing after the other. */
class Audience {
  readonly #history = new History();
  readonly #callbacks: readonly Callback[];
  readonly #page: PageSide;
  readonly #onFault: (fault: unknown) => void;
  #last: Promise<void> = Promise.resolve();
  #logs: Record<string, number> = {};

  constructor(callbacks: readonly Callback[], page: PageSide, onFault: (fault: unknown) => void) {
    // As in fit, the history sees what the others add.
    this.#callbacks = [...callbacks, this.#history];
    this.#page = page;
    this.#onFault = onFault;
  }

  /** Queues the news of an event; the worker may go on when all have heard of it. */
  hear(event: FitEvent, goOn: (stop: boolean) => void): void {
    this.#last = this.#last.then(() => this.#tell(event, goOn)).catch(this.#onFault);
  }

  /** After the last epoch. */
  async leave(): Promise<History> {
    await this.#last;
    await this.#page.sync();
    await this.#each((callback) => callback.onTrainEnd?.(this.#logs));
    return this.#history;
  }

  async #tell(event: FitEvent, goOn: (stop: boolean) => void): Promise<void> {
    const { model, sync, eachEpoch } = this.#page;
    switch (event.kind) {
      case 'training begins':
        model.stopTraining = false;
        for (const callback of this.#callbacks) callback.setModel?.(model, planOf(event));
        return this.#each((callback) => callback.onTrainBegin?.());
      case 'epoch begins':
        return this.#each((callback) => callback.onEpochBegin?.(event.epoch));
      case 'batch begins':
        return this.#each((callback) => callback.onBatchBegin?.(event.batch));
      case 'batch ends':
        await this.#each((callback) => callback.onBatchEnd?.(event.batch, event.logs));
        if (model.stopTraining) goOn(true);
        return;
      case 'epoch ends':
        if (eachEpoch) await sync();
        this.#logs = { ...event.logs };
        await this.#each((callback) => callback.onEpochEnd?.(event.epoch, this.#logs));
        goOn(model.stopTraining);
    }
  }

  async #each(f: (callback: Callback) => void | Promise<void>): Promise<void> {
    for (const callback of this.#callbacks) await f(callback);
  }
}

/** The plan that callbacks are shown. */
function planOf({ epochs, steps, validates }: Omit<TrainingPlan, 'session'>): TrainingPlan {
  return {
    epochs,
    steps,
    validates,
    get session(): never {
      throw new ConfigError(
        'a callback that keeps the state of a training cannot follow one in a worker. Leave it out, or train in the page.',
      );
    },
  };
}
