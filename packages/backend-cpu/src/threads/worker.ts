import type { Message } from './control.ts';
import { nodeModule } from './host.ts';
import { WORKER_CODE } from './worker-code.ts';

/** A running worker. */
export interface WorkerHandle {
  post(message: Message): void;
  stop(): void;
}

interface NodeWorker {
  postMessage(message: Message): void;
  terminate(): Promise<number>;
  unref(): void;
  on(event: 'error', listener: (error: Error) => void): void;
}
interface NodeThreads {
  readonly Worker: new (code: string, options: { eval: true }) => NodeWorker;
}

/** Starts a worker that does not keep the process alive. `failed` hears of a worker that died. */
export function startWorker(failed: () => void): WorkerHandle {
  const threads = nodeModule<NodeThreads>('node:worker_threads');
  if (threads) {
    const worker = new threads.Worker(WORKER_CODE, { eval: true });
    worker.unref();
    worker.on('error', failed);
    return { post: (message) => worker.postMessage(message), stop: () => void worker.terminate() };
  }
  const address = URL.createObjectURL(new Blob([WORKER_CODE], { type: 'text/javascript' }));
  const worker = new Worker(address);
  URL.revokeObjectURL(address);
  worker.onerror = failed;
  return { post: (message) => worker.postMessage(message), stop: () => worker.terminate() };
}
