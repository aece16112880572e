import { ConfigError, type DType, fromData, type HostArray, isRecord } from '@nablajs/tensor';
import { Dataset } from '../dataset/dataset.ts';
import type { SourceBatch } from '../dataset/source.ts';
import { type StackedBatch, type StreamSample, stackSamples } from '../stream/stack.ts';
import { Pool, type WorkerLike } from './pool.ts';
import type { Parcel } from './protocol.ts';

/** Options of {@link mapInWorkers}. */
export interface WorkersOptions {
  /** How many workers there are. Default 2. */
  readonly workers?: number;
  /** Milliseconds to wait for a worker's first sign. Default 30,000. */
  readonly patience?: number;
}

/**
 * A data set of samples that are made in workers, each of an item: of a file's name, say, which the worker reads and decodes.
 * For functions that compute in JavaScript, which would hold up the program; pictures need none of it, as `imageFolder` and
 * `imageFiles` decode on threads that exist already. The order of samples never depends on how many workers there are.
 *
 * Workers are made when an epoch begins and end with it, also when its loop is left. While a batch is in use, they are at work
 * on as many as `prefetch` says.
 * @param items whatever can be sent to a worker: names, numbers, files, bytes
 * @param make makes a worker whose file calls `serveSamples`; bundlers want to see `new Worker(new URL(...))` where it is called
 * @throws ConfigError for no items, and in an epoch, when a worker cannot start or breaks off; FormatError, in an epoch,
 *   naming the item of which no sample could be made
 * @example
 * // In Node, with Worker from 'node:worker_threads':
 * const sounds = mapInWorkers(files, () => new Worker(new URL('./decode.js', import.meta.url)), { workers: 4 });
 * for await (const { x } of sounds.shuffle({ seed: 1 }).batch(32).prefetch(2)) { ... }
 */
export function mapInWorkers<S extends StreamSample = StreamSample>(
  items: readonly unknown[],
  make: () => WorkerLike,
  { workers = 2, patience = 30_000 }: WorkersOptions = {},
): Dataset<StackedBatch<S>['x'], StackedBatch<S>['y']> {
  if (items.length === 0) throw new ConfigError('mapInWorkers: there are no items.');
  if (!Number.isInteger(workers) || workers < 1) {
    throw new ConfigError(`mapInWorkers: workers must be a whole number of at least 1, got ${workers}.`);
  }
  const pool = new Pool(make, workers, patience);
  let epochs = 0;
  return Dataset.fromSource<StackedBatch<S>['x'], StackedBatch<S>['y']>({
    length: items.length,
    async read(indices) {
      const made = Array.from(indices, (index) => pool.run(items[index], nameOf(items[index], index)));
      const samples = (await Promise.all(made)).map(unpacked) as S[];
      return (await stackSamples(samples, null, 'mapInWorkers')) as SourceBatch<
        StackedBatch<S>['x'],
        StackedBatch<S>['y']
      >;
    },
    open: () => void epochs++,
    close: () => {
      if (--epochs === 0) pool.close();
    },
  });
}

function nameOf(item: unknown, index: number): string {
  if (typeof item === 'string' || item instanceof URL) return `'${item}'`;
  const { name } = (item ?? {}) as { readonly name?: unknown };
  return typeof name === 'string' && name !== '' ? `'${name}'` : `item ${index}`;
}

function unpacked(value: unknown): unknown {
  if (!isRecord(value)) return value;
  if (value['kind'] === 'tensor') {
    const { data, shape, dtype } = value as unknown as Parcel;
    return fromData(data as HostArray, shape, dtype as DType);
  }
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, unpacked(part)]));
}
