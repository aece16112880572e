// The worker's side: makes samples of items, one after the other.
import { ConfigError, isRecord, isTensor } from '@nablajs/tensor';
import type { StreamSample } from '../stream/stack.ts';
import type { Answer, Job, Parcel } from './protocol.ts';

/** The way back, in Node and in pages. */
interface Port {
  postMessage(answer: Answer, transfer: ArrayBuffer[]): void;
  addEventListener(kind: 'message', listener: (event: { readonly data: Job }) => void): void;
}

interface NodeThreads {
  readonly parentPort: Port | null;
}

/**
 * Makes samples in a worker, for {@link mapInWorkers}: the worker's file is this call and its imports. What `make` throws
 * reaches the loop over the data set, with the item's name. Arrays it returns are handed over, not copied, so it keeps none.
 * @param make takes an item and returns its sample, or a promise of it: numbers, lists, typed arrays and tensors
 * @throws ConfigError outside of a worker
 * @example serveSamples(async (file) => ({ x: fromData(await pixelsOf(file), [64, 64, 3]), y: labelOf(file) }));
 */
export function serveSamples<Item>(make: (item: Item) => StreamSample | Promise<StreamSample>): void {
  const port = portOf();
  let last: Promise<void> = Promise.resolve();
  const serve = async ({ id, item }: Job): Promise<void> => {
    const buffers = new Set<ArrayBuffer>();
    try {
      const sample = await packed(await make(item as Item), buffers);
      port.postMessage({ kind: 'made', id, sample }, [...buffers]);
    } catch (error) {
      port.postMessage({ kind: 'failed', id, message: error instanceof Error ? error.message : String(error) }, []);
    }
  };
  port.addEventListener('message', ({ data }) => {
    last = last.then(() => serve(data));
  });
  port.postMessage({ kind: 'ready' }, []);
}

function portOf(): Port {
  const { process } = globalThis as { readonly process?: { getBuiltinModule?(name: string): unknown } };
  const threads = process?.getBuiltinModule?.('node:worker_threads') as NodeThreads | undefined;
  const port = threads
    ? threads.parentPort
    : 'WorkerGlobalScope' in globalThis
      ? (globalThis as unknown as Port)
      : null;
  if (port === null) {
    throw new ConfigError('serveSamples: this is no worker. Call it in the file that mapInWorkers makes workers of.');
  }
  return port;
}

/** A sample that can be sent, and the buffers that go with it. */
async function packed(value: unknown, buffers: Set<ArrayBuffer>): Promise<unknown> {
  if (isTensor(value)) {
    const { source } = value.node;
    const data = source?.kind === 'host' ? source.data : await value.data();
    const parcel: Parcel = { kind: 'tensor', data: whole(data, buffers), shape: value.shape, dtype: value.dtype };
    return parcel;
  }
  if (ArrayBuffer.isView(value)) return whole(value as Uint8Array, buffers);
  if (!isRecord(value)) return value;
  const entries = Object.entries(value).map(async ([name, part]) => [name, await packed(part, buffers)] as const);
  return Object.fromEntries(await Promise.all(entries));
}

/** An array with a buffer of its own, which can be handed over: others may look into a shared one. */
function whole<T extends { readonly buffer: ArrayBufferLike; readonly byteLength: number; slice(): T }>(
  array: T,
  buffers: Set<ArrayBuffer>,
): T {
  const own = array.buffer.byteLength === array.byteLength ? array : array.slice();
  if (own.buffer instanceof ArrayBuffer) buffers.add(own.buffer);
  return own;
}
