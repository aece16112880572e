import { appendTo, readIfThere, requireFiles, writeBytes } from '../files/disk.ts';
import type { Callback, Logs } from './callback.ts';

/** Options of {@link CSVLogger}. */
export interface CSVLoggerOptions {
  /** Between values. Default `,`. */
  readonly separator?: string;
  /** Keep what the file has, as when a training is resumed. Default `false`: it begins anew. */
  readonly append?: boolean;
}

/** Writes the logs of each epoch as a line of a table. */
export class CSVLogger implements Callback {
  readonly #path: string;
  readonly #separator: string;
  readonly #append: boolean;
  #columns: readonly string[] | null = null;

  /** @throws ConfigError where there are no files, as in browsers */
  constructor(path: string, { separator = ',', append = false }: CSVLoggerOptions = {}) {
    requireFiles('CSVLogger');
    this.#path = path;
    this.#separator = separator;
    this.#append = append;
  }

  async onTrainBegin(): Promise<void> {
    const found = this.#append ? await readIfThere(this.#path) : null;
    const [head] = found ? new TextDecoder().decode(found).split('\n', 1) : [''];
    this.#columns = head ? head.split(this.#separator) : null;
    if (!head) await writeBytes(this.#path, new Uint8Array(0));
  }

  async onEpochEnd(epoch: number, logs: Logs): Promise<void> {
    const values: Readonly<Record<string, number>> = { ...logs, epoch };
    if (this.#columns === null) {
      this.#columns = ['epoch', ...Object.keys(logs)];
      await appendTo(this.#path, `${this.#columns.join(this.#separator)}\n`);
    }
    // A number that is not reported in every epoch, such as of validation now and then, is missing in a line.
    const cells = this.#columns.map((name) => values[name] ?? '');
    await appendTo(this.#path, `${cells.join(this.#separator)}\n`);
  }
}
