// Workers of Node or of a page, and the items they have to make samples of.
import { ConfigError, FormatError } from '@nablajs/tensor';
import type { Answer, Job } from './protocol.ts';

/** A worker, just made: of a page, or of `node:worker_threads`. */
export interface WorkerLike {
  postMessage(message: unknown): void;
  terminate(): unknown;
}

/** What only workers of Node have. */
interface NodeWorker extends WorkerLike {
  on(event: 'message', listener: (answer: Answer) => void): void;
  on(event: 'error', listener: (error: Error) => void): void;
  on(event: 'exit', listener: (code: number) => void): void;
  ref(): void;
  unref(): void;
}

/** What only workers of pages have. */
interface PageWorker extends WorkerLike {
  addEventListener(event: 'message', listener: (event: { readonly data: Answer }) => void): void;
  addEventListener(event: 'error', listener: (event: { readonly message?: string }) => void): void;
}

interface Waiting {
  readonly job: Job;
  readonly name: string;
  readonly done: (sample: unknown) => void;
  readonly failed: (error: Error) => void;
}

interface Seat {
  readonly worker: WorkerLike;
  readonly jobs: Map<number, Waiting>;
  /** Ends what waits for the first sign; `null` once it has come. */
  patience: ReturnType<typeof setTimeout> | null;
}

/** Items a worker has before it: the next one is there while the program is busy with a batch. */
const AT_HAND = 4;

/** Up to `count` workers, made as items come. */
export class Pool {
  readonly #make: () => WorkerLike;
  readonly #count: number;
  readonly #patience: number;
  readonly #seats = new Set<Seat>();
  readonly #queue: Waiting[] = [];
  #jobs = 0;

  constructor(make: () => WorkerLike, count: number, patience: number) {
    this.#make = make;
    this.#count = count;
    this.#patience = patience;
  }

  /** What a worker makes of an item. `name` is for messages. */
  run(item: unknown, name: string): Promise<unknown> {
    return new Promise((done, failed) => {
      this.#queue.push({ job: { id: this.#jobs++, item }, name, done, failed });
      this.#handOut();
    });
  }

  /** Ends all workers; what they had to make is given up. */
  close(): void {
    this.#giveUp(new ConfigError('mapInWorkers: the loop was left before this sample was made.'));
  }

  #handOut(): void {
    while (this.#queue.length > 0) {
      const seats = [...this.#seats];
      const free = seats.reduce<Seat | null>((a, b) => (a === null || b.jobs.size < a.jobs.size ? b : a), null);
      const isFull = free === null || free.jobs.size > 0;
      const seat = isFull && seats.length < this.#count ? this.#start() : free;
      if (seat === null || seat.jobs.size >= AT_HAND) return;
      const waiting = this.#queue.shift()!;
      seat.jobs.set(waiting.job.id, waiting);
      if (isNode(seat.worker)) seat.worker.ref();
      try {
        seat.worker.postMessage(waiting.job);
      } catch (error) {
        seat.jobs.delete(waiting.job.id);
        waiting.failed(new ConfigError(`mapInWorkers: ${waiting.name} cannot be sent to a worker. ${textOf(error)}`));
      }
    }
  }

  #start(): Seat | null {
    const worker = this.#make();
    const silent = (): void => fell(`a worker was silent for ${this.#patience} ms. Its file must call serveSamples.`);
    const seat: Seat = { worker, jobs: new Map(), patience: setTimeout(silent, this.#patience) };
    this.#seats.add(seat);
    const fell = (text: string): void => {
      if (this.#seats.has(seat)) this.#giveUp(new ConfigError(`mapInWorkers: ${text}`));
    };
    const broke = (text: string | undefined): void =>
      fell(
        `a worker ${seat.patience === null ? 'broke off' : 'could not start'}: ${text || 'its file cannot be read'}.`,
      );
    const hear = (answer: Answer): void => this.#hear(seat, answer);
    if (isNode(worker)) {
      worker.on('message', hear);
      worker.on('error', (error) => broke(error.message));
      worker.on('exit', () =>
        fell(`a worker ended ${seat.patience === null ? 'at its work' : 'at once. Its file must call serveSamples'}.`),
      );
      // A loop that nobody goes on with must not keep the process alive.
      worker.unref();
    } else {
      const page = worker as PageWorker;
      page.addEventListener('message', ({ data }) => hear(data));
      page.addEventListener('error', ({ message }) => broke(message));
    }
    return seat;
  }

  #hear(seat: Seat, answer: Answer): void {
    if (seat.patience !== null) clearTimeout(seat.patience);
    seat.patience = null;
    if (answer.kind === 'ready') return;
    const waiting = seat.jobs.get(answer.id);
    seat.jobs.delete(answer.id);
    if (seat.jobs.size === 0 && isNode(seat.worker)) seat.worker.unref();
    if (answer.kind === 'made') waiting?.done(answer.sample);
    else waiting?.failed(new FormatError(`mapInWorkers: ${waiting.name} failed in its worker: ${answer.message}`));
    this.#handOut();
  }

  #giveUp(error: Error): void {
    const lost = [...[...this.#seats].flatMap(({ jobs }) => [...jobs.values()]), ...this.#queue];
    for (const { worker, patience } of this.#seats) {
      void worker.terminate();
      if (patience !== null) clearTimeout(patience);
    }
    this.#seats.clear();
    this.#queue.length = 0;
    for (const { failed } of lost) failed(error);
  }
}

function isNode(worker: WorkerLike): worker is NodeWorker {
  return 'unref' in worker && 'on' in worker;
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
