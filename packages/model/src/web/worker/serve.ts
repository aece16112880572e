// The worker's side: holds models, trains them, and reports.
import { type Backend, ConfigError, setBackend } from '@nablajs/tensor';
import { modelFromBytes } from '../../files/load.ts';
import type { Plugin } from '../../files/plugin.ts';
import type { AnyModel } from '../../model.ts';
import type { ModelInput } from '../../training/input.ts';
import { packed, packedError, unpacked } from './parcels.ts';
import type { Asks, Door, FitEvent, FitOrder, Parcel, Reply, Request } from './protocol.ts';

/** Options of {@link serveModels}. */
export interface ServeOptions {
  /** The backends that pages may choose from, by name; the first one is the default. Without any, the worker has set its own. */
  readonly backends?: Readonly<Record<string, () => Backend | Promise<Backend>>>;
  /** Where types beyond Nabla's own come from. */
  readonly plugins?: readonly Plugin[];
}

/**
 * Makes a worker compute for its page: the worker's file is this call and its imports.
 * @example
 * import { serveModels } from '@nablajs/model/web';
 * import { cpu } from 'nablajs';
 * serveModels(self, { backends: { cpu: () => cpu() } });
 */
export function serveModels(scope: object, options: ServeOptions = {}): void {
  const door = scope as Door<Reply, Request>;
  const office = new Office(door, options);
  door.addEventListener('message', ({ data }) => office.receive(data));
}

type Handlers = { readonly [K in keyof Asks]: (ask: Asks[K]['ask'], id: number) => Promise<Asks[K]['answer']> };

class Office {
  readonly #door: Door<Reply, Request>;
  readonly #options: ServeOptions;
  readonly #models = new Map<number, AnyModel>();
  /** The trainings that run, by request. */
  readonly #running = new Map<number, { readonly model: AnyModel; readonly controller: AbortController }>();
  /** Those that wait for the page. */
  readonly #waiting = new Map<number, () => void>();
  #count = 0;

  constructor(door: Door<Reply, Request>, options: ServeOptions) {
    this.#door = door;
    this.#options = options;
  }

  receive(request: Request): void {
    const { id } = request;
    if (request.kind === 'abort') this.#running.get(id)?.controller.abort();
    else if (request.kind === 'go on') this.#goOn(id, request.stop);
    else {
      this.#send({ kind: 'heard', id });
      const handle = this.#handlers[request.name] as (ask: unknown, id: number) => Promise<unknown>;
      handle(request.ask, id).then(
        (answer) => this.#send({ kind: 'answer', id, answer }, buffersOf(answer)),
        (error: unknown) => this.#send({ kind: 'failed', id, error: packedError(error) }),
      );
    }
  }

  #send(reply: Reply, transfer: Transferable[] = []): void {
    this.#door.postMessage(reply, transfer);
  }

  readonly #handlers: Handlers = {
    start: async (wanted) => {
      const { backends = {} } = this.#options;
      const names = Object.keys(backends);
      const name = wanted ?? names[0];
      if (name === undefined) return '';
      if (!Object.hasOwn(backends, name)) {
        const known = names.length > 0 ? `It has ${names.join(', ')}.` : 'Name some: serveModels(self, { backends }).';
        throw new ConfigError(`this worker has no backend '${name}'. ${known}`);
      }
      const backend = await backends[name]!();
      setBackend(backend);
      return backend.name;
    },
    load: async (bytes) => {
      const model = modelFromBytes(bytes, { plugins: this.#options.plugins ?? [] }, "the page's model");
      this.#models.set(++this.#count, model);
      return this.#count;
    },
    fit: ({ model, order }, id) => this.#fit(this.#model(model), order, id),
    evaluate: ({ model, x, y, ...options }) => this.#model(model).evaluate(samples(x), samples(y), options),
    predict: async ({ model, x, ...options }) => packed(await this.#model(model).predict(samples(x), options), []),
    save: (model) => this.#model(model).toBytes(),
    drop: async (model) => {
      this.#models.delete(model);
      return null;
    },
  };

  #model(number: number): AnyModel {
    const model = this.#models.get(number);
    if (!model) throw new ConfigError('this model was disposed. Load it into the worker again.');
    return model;
  }

  async #fit(
    model: AnyModel,
    { x, y, sampleWeight, validationData, options, watched }: FitOrder,
    id: number,
  ): Promise<null> {
    const controller = new AbortController();
    this.#running.set(id, { model, controller });
    const report = (event: FitEvent): void => this.#send({ kind: 'event', id, event });
    try {
      await model.fit(samples(x), samples(y), {
        ...options,
        ...(sampleWeight ? { sampleWeight: samples(sampleWeight) } : {}),
        ...(validationData
          ? { validationData: validationData.map(samples) as unknown as [ModelInput, ModelInput] }
          : {}),
        signal: controller.signal,
        callbacks: [
          {
            setModel: (_, { epochs, steps, validates }) =>
              report({ kind: 'training begins', epochs, steps, validates }),
            onEpochBegin: (epoch) => report({ kind: 'epoch begins', epoch }),
            ...(watched.begin ? { onBatchBegin: (batch) => report({ kind: 'batch begins', batch }) } : {}),
            ...(watched.end ? { onBatchEnd: (batch, logs) => report({ kind: 'batch ends', batch, logs }) } : {}),
            onEpochEnd: async (epoch, logs) => {
              report({ kind: 'epoch ends', epoch, logs });
              await this.#permission(id, controller.signal);
            },
          },
        ],
      });
      return null;
    } finally {
      this.#running.delete(id);
    }
  }

  #goOn(id: number, stop: boolean): void {
    const running = this.#running.get(id);
    if (stop && running) running.model.stopTraining = true;
    this.#waiting.get(id)?.();
  }

  /** Waits for the page's callbacks. */
  #permission(id: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const go = (): void => {
        this.#waiting.delete(id);
        resolve();
      };
      this.#waiting.set(id, go);
      // Who aborts does not answer any more.
      signal.addEventListener('abort', go, { once: true });
      if (signal.aborted) go();
    });
  }
}

function samples(parcel: Parcel): ModelInput {
  return unpacked(parcel) as ModelInput;
}

/** What an answer may move without a copy: it is nobody else's. */
function buffersOf(answer: unknown): Transferable[] {
  const values = (answer as { readonly values?: unknown } | null)?.values ?? answer;
  return ArrayBuffer.isView(values) ? [values.buffer as ArrayBuffer] : [];
}
