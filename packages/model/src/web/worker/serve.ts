// The worker's side: holds models, trains them, and reports.
import { type Backend, ConfigError, setBackend } from '@nablajs/tensor';
import { modelFromBytes, type Plugin } from '../../files/load.ts';
import type { Sequential } from '../../sequential.ts';
import { packed, packedError, unpacked } from './parcels.ts';
import type { Asks, Door, FitEvent, FitOrder, Reply, Request } from './protocol.ts';

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
  readonly #models = new Map<number, Sequential>();
  /** What ends the trainings that run, by request. */
  readonly #controllers = new Map<number, AbortController>();
  /** Trainings that wait for the page, by request. */
  readonly #waiting = new Map<number, (stop: boolean) => void>();
  #count = 0;

  constructor(door: Door<Reply, Request>, options: ServeOptions) {
    this.#door = door;
    this.#options = options;
  }

  receive(request: Request): void {
    const { id } = request;
    if (request.kind === 'abort') this.#controllers.get(id)?.abort();
    else if (request.kind === 'go on') this.#waiting.get(id)?.(request.stop);
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
    evaluate: ({ model, x, y, ...options }) => this.#model(model).evaluate(unpacked(x), unpacked(y), options),
    predict: async ({ model, x, ...options }) => packed(await this.#model(model).predict(unpacked(x), options), []),
    save: (model) => this.#model(model).toBytes(),
    drop: async (model) => {
      this.#models.delete(model);
      return null;
    },
  };

  #model(number: number): Sequential {
    const model = this.#models.get(number);
    if (!model) throw new ConfigError('this model was disposed. Load it into the worker again.');
    return model;
  }

  async #fit(
    model: Sequential,
    { x, y, sampleWeight, validationData, options, batches }: FitOrder,
    id: number,
  ): Promise<null> {
    const controller = new AbortController();
    this.#controllers.set(id, controller);
    const report = (event: FitEvent): void => this.#send({ kind: 'event', id, event });
    try {
      await model.fit(unpacked(x), unpacked(y), {
        ...options,
        ...(sampleWeight ? { sampleWeight: unpacked(sampleWeight) } : {}),
        ...(validationData ? { validationData: validationData.map(unpacked) as never } : {}),
        signal: controller.signal,
        callbacks: [
          {
            setModel: (_, plan) => report({ kind: 'training begins', plan }),
            onEpochBegin: (epoch) => report({ kind: 'epoch begins', epoch }),
            ...(batches ? { onBatchEnd: (batch, logs) => report({ kind: 'batch ends', batch, logs }) } : {}),
            onEpochEnd: async (epoch, logs) => {
              report({ kind: 'epoch ends', epoch, logs });
              if (await this.#permission(id, controller.signal)) model.stopTraining = true;
            },
          },
        ],
      });
      return null;
    } finally {
      this.#controllers.delete(id);
    }
  }

  /** Waits for the page's callbacks; true when they want the training to end. */
  #permission(id: number, signal: AbortSignal): Promise<boolean> {
    return new Promise((resolve) => {
      const go = (stop: boolean): void => {
        this.#waiting.delete(id);
        resolve(stop);
      };
      this.#waiting.set(id, go);
      // Who aborts does not answer any more.
      signal.addEventListener('abort', () => go(true), { once: true });
      if (signal.aborted) go(true);
    });
  }
}

/** What an answer may move without a copy: it is nobody else's. */
function buffersOf(answer: unknown): Transferable[] {
  const values = (answer as { readonly values?: unknown } | null)?.values ?? answer;
  return ArrayBuffer.isView(values) ? [values.buffer as ArrayBuffer] : [];
}
