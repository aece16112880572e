import type { Callback, Logs } from './callback.ts';
import { warnOnce } from './warn-once.ts';

/** Options of {@link RemoteMonitor}, with Keras' defaults. */
export interface RemoteMonitorOptions {
  /** Default `http://localhost:9000`. */
  readonly root?: string;
  /** Default `/publish/epoch/end/`. */
  readonly path?: string;
  /** The form field that holds the JSON. Default `data`. */
  readonly field?: string;
  /** Besides the content type. Default none. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Send the JSON as it is instead of in a form. Default `false`. */
  readonly sendAsJson?: boolean;
}

/** Posts the logs of each epoch to a server. One that cannot be reached is told of once, and does not end the training. */
export class RemoteMonitor implements Callback {
  readonly #options: RemoteMonitorOptions;
  readonly #warn: (text: string) => void = warnOnce();

  constructor(options: RemoteMonitorOptions = {}) {
    this.#options = options;
  }

  async onEpochEnd(epoch: number, logs: Logs): Promise<void> {
    const { root = 'http://localhost:9000', path = '/publish/epoch/end/', field = 'data' } = this.#options;
    const { headers = {}, sendAsJson = false } = this.#options;
    const json = JSON.stringify({ epoch, ...logs });
    const type = sendAsJson ? 'application/json' : 'application/x-www-form-urlencoded';
    const body = sendAsJson ? json : new URLSearchParams({ [field]: json }).toString();
    try {
      const answer = await fetch(root + path, { method: 'POST', headers: { 'content-type': type, ...headers }, body });
      if (!answer.ok) this.#warn(`RemoteMonitor: ${root}${path} answered ${answer.status}.`);
    } catch (error) {
      this.#warn(`RemoteMonitor: could not reach ${root}${path}: ${(error as Error).message}.`);
    }
  }
}
