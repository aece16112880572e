// The page's end of the line to a worker: requests with numbers, answers that find their way back, and nothing that hangs.
import { ConfigError, NablaError } from '@nablajs/tensor';
import { unpackedError } from './parcels.ts';
import type { Asks, Door, FitEvent, Reply, Request } from './protocol.ts';

/** Who follows a request. */
export interface Watch {
  readonly signal?: AbortSignal | undefined;
  /** Told what happens on the way. After an epoch the worker waits until `goOn` is called. */
  readonly onEvent?: (event: FitEvent, goOn: (stop: boolean) => void) => void;
}

interface Pending extends Watch {
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: unknown) => void;
  readonly heard: () => void;
}

interface WorkerDoor extends Door<Request, Reply> {
  addEventListener(type: 'message', listener: (event: { readonly data: Reply }) => void): void;
  addEventListener(type: 'error', listener: (event: { readonly message?: string }) => void): void;
  terminate?(): void;
}

/** Asks a worker. */
export class Channel {
  readonly #door: WorkerDoor;
  readonly #patience: number;
  readonly #pending = new Map<number, Pending>();
  #count = 0;
  #broken: NablaError | null = null;

  constructor(worker: object, patience: number) {
    this.#door = worker as WorkerDoor;
    this.#patience = patience;
    this.#door.addEventListener('message', ({ data }: { readonly data: Reply }) => this.#receive(data));
    this.#door.addEventListener('error', ({ message }: { readonly message?: string }) =>
      this.#break(`the worker failed: ${message || 'its file could not be loaded'}.`),
    );
  }

  /** Sends a request; resolves with the answer. */
  ask<K extends keyof Asks>(
    name: K,
    ask: Asks[K]['ask'],
    transfer: Transferable[] = [],
    watch: Watch = {},
  ): Promise<Asks[K]['answer']> {
    if (this.#broken) return Promise.reject(this.#broken);
    const id = ++this.#count;
    return new Promise<Asks[K]['answer']>((resolve, reject) => {
      const abort = (): void => this.#door.postMessage({ kind: 'abort', id }, []);
      const timer = setTimeout(() => this.#pending.get(id)!.reject(silence(this.#patience)), this.#patience);
      const close = (): void => {
        clearTimeout(timer);
        this.#pending.delete(id);
        watch.signal?.removeEventListener('abort', abort);
      };
      this.#pending.set(id, {
        ...watch,
        resolve: (answer) => {
          close();
          resolve(answer as Asks[K]['answer']);
        },
        reject: (error) => {
          close();
          reject(watch.signal?.aborted ? watch.signal.reason : error);
        },
        heard: () => clearTimeout(timer),
      });
      try {
        this.#door.postMessage({ kind: 'ask', id, name, ask } as Request, transfer);
      } catch (error) {
        // Functions among the options, and the like: what cannot be copied is named by the browser.
        this.#pending.get(id)!.reject(new ConfigError(`this cannot be sent to a worker: ${(error as Error).message}`));
      }
      watch.signal?.addEventListener('abort', abort);
      if (watch.signal?.aborted) abort();
    });
  }

  /** Ends the worker; who waits for it is told. */
  close(): void {
    this.#door.terminate?.();
    this.#break('the worker was terminated.');
  }

  #receive(reply: Reply): void {
    const pending = this.#pending.get(reply.id);
    if (!pending) return;
    if (reply.kind === 'heard') pending.heard();
    else if (reply.kind === 'answer') pending.resolve(reply.answer);
    else if (reply.kind === 'failed') pending.reject(unpackedError(reply.error));
    else {
      pending.onEvent?.(reply.event, (stop) => this.#door.postMessage({ kind: 'go on', id: reply.id, stop }, []));
    }
  }

  #break(what: string): void {
    this.#broken ??= new NablaError(`${what} Start another one.`);
    for (const { reject } of [...this.#pending.values()]) reject(this.#broken);
  }
}

function silence(patience: number): ConfigError {
  return new ConfigError(
    `the worker did not answer within ${patience} ms. Its file must call serveModels(self) before it awaits anything.`,
  );
}
