import { NablaError } from '@nablajs/tensor';
import { CONTROL, CONTROL_ADDRESS, CONTROL_WORDS, type Message, PART_LIMIT } from './control.ts';
import { sharing } from './sharing.ts';
import { startWorker, type WorkerHandle } from './worker.ts';

/** Steps of a program that can be cut into parts, as the main thread sees them. */
export type StepFunction = (table: number, arena: number, begin: number, end: number, workspace: number) => void;

/** Work that may be cut into parts: units, and multiply-adds or touched elements. */
export interface Divisible {
  readonly extent: number;
  readonly work: number;
}

/** Actions that one thread does in a row, or one that threads share. */
export interface Section<A extends Divisible> {
  readonly actions: A[];
  readonly shared: boolean;
}

/** A job: one step of a program over `[0, extent)`. */
export interface Job {
  readonly program: number;
  readonly step: number;
  readonly extent: number;
  readonly run: StepFunction;
}

/** Where a run finds its memory. */
export interface RunMemory {
  readonly table: number;
  readonly arena: number;
  readonly workspace: number;
}

/** How long the main thread looks for the last part before it sleeps, where it may sleep. */
const SPIN_MS = 0.05;

/** Workers that were just woken may need a moment. */
const WAKE_AGAIN_MS = 10;

/** Worker threads over one shared memory. They start when there was enough to do, and never keep the process alive. */
export class Pool {
  readonly #memory: WebAssembly.Memory;
  readonly #count: number;
  readonly #words: Int32Array;
  /** What a worker that starts later must hear first. */
  readonly #kernels: Message[] = [];
  readonly #programs = new Map<number, Message>();
  #workers: WorkerHandle[] = [];
  #mail = 0;
  #jobs = 0;
  #expected = 0;
  #woken = Number.NEGATIVE_INFINITY;
  #programCount = 0;
  #open = true;

  /** `threads` counts the main thread. */
  constructor(memory: WebAssembly.Memory, threads: number) {
    this.#memory = memory;
    this.#count = Math.min(threads, PART_LIMIT - 1) - 1;
    this.#words = new Int32Array(memory.buffer, CONTROL_ADDRESS, CONTROL_WORDS);
  }

  /** Threads that may work at the same time. */
  get threads(): number {
    return this.#count + 1;
  }

  /** Makes a kernel known to the workers. */
  addKernel(name: string, module: WebAssembly.Module): void {
    const message: Message = { kind: 'kernel', name, module };
    this.#kernels.push(message);
    this.#send(message);
  }

  /** Makes a program known to the workers; its number. */
  addProgram(module: WebAssembly.Module): number {
    const id = ++this.#programCount;
    const message: Message = { kind: 'program', id, module };
    this.#programs.set(id, message);
    this.#send(message);
    return id;
  }

  /** Forgets a program. */
  dropProgram(id: number): void {
    this.#programs.delete(id);
    this.#send({ kind: 'drop', id });
  }

  /** Consecutive actions that are too small to share make one section. */
  sections<A extends Divisible>(actions: readonly A[]): Section<A>[] {
    const sections: Section<A>[] = [];
    for (const action of actions) {
      const shared = action.work >= sharing.least && action.extent > 1;
      const last = sections.at(-1);
      if (shared || !last || last.shared) sections.push({ actions: [action], shared });
      else last.actions.push(action);
    }
    return sections;
  }

  /** Runs a program whose steps are these sections, with the workers where they share. */
  share(
    module: WebAssembly.Module,
    steps: readonly StepFunction[],
    sections: readonly Section<Divisible>[],
    workspaceBytes: number,
  ): { run(given: RunMemory): void; dispose(): void } {
    const program = this.addProgram(module);
    const extents = sections.map(({ actions, shared }) => (shared ? actions[0]!.extent : 0));
    const work = sections.reduce((sum, { actions, shared }) => sum + (shared ? actions[0]!.work : 0), 0);
    const run = (given: RunMemory): void => {
      this.expect(work);
      steps.forEach((run, step) => {
        const extent = extents[step]!;
        if (extent === 0) run(given.table, given.arena, 0, 0, given.workspace);
        else this.run({ program, step, extent, run }, given, workspaceBytes);
      });
    };
    return { run, dispose: () => this.dropProgram(program) };
  }

  /** Announces a run with so much parallel work, in multiply-adds or touched elements. */
  expect(work: number): void {
    this.#expected += work;
    if (this.#expected < sharing.startAfter || !this.#open) return;
    if (this.#workers.length === 0) this.#start();
    if (Atomics.load(this.#words, CONTROL.active) === this.#workers.length) return;
    const now = performance.now();
    if (now - this.#woken < WAKE_AGAIN_MS) return;
    this.#woken = now;
    for (const worker of this.#workers) worker.post({ kind: 'wake' });
  }

  /** Runs a job together with the workers that are awake. */
  run({ program, step, extent, run }: Job, { table, arena, workspace }: RunMemory, workspaceBytes: number): void {
    const words = this.#words;
    const helpers = this.#helpers();
    if (helpers === 0) {
      run(table, arena, 0, extent, workspace);
      return;
    }
    const size = Math.ceil(extent / Math.min(extent, helpers + 1));
    const parts = Math.ceil(extent / size);
    words[CONTROL.program] = program;
    words[CONTROL.step] = step;
    words[CONTROL.table] = table;
    words[CONTROL.arena] = arena;
    words[CONTROL.extent] = extent;
    words[CONTROL.size] = size;
    words[CONTROL.workspace] = workspace;
    words[CONTROL.workspaceBytes] = workspaceBytes;
    Atomics.store(words, CONTROL.left, parts);
    this.#jobs = (this.#jobs + 1) | 0;
    Atomics.store(words, CONTROL.claim, Math.imul(this.#jobs, PART_LIMIT) + parts);
    if (Atomics.load(words, CONTROL.asleep) > 0) Atomics.notify(words, CONTROL.claim);
    for (;;) {
      const claim = Atomics.load(words, CONTROL.claim);
      const open = claim & (PART_LIMIT - 1);
      if (open === 0) break;
      if (Atomics.compareExchange(words, CONTROL.claim, claim, claim - 1) !== claim) continue;
      const begin = (open - 1) * size;
      try {
        run(table, arena, begin, Math.min(extent, begin + size), workspace);
      } catch {
        Atomics.add(words, CONTROL.failed, 1);
      }
      Atomics.sub(words, CONTROL.left, 1);
    }
    this.#join();
  }

  /** Stops the workers. */
  close(): void {
    this.#open = false;
    for (const worker of this.#workers) worker.stop();
    this.#workers = [];
    this.#kernels.length = 0;
    this.#programs.clear();
  }

  /** Workers at work, or woken so lately that they may come while a job is going on: it has to leave them something. */
  #helpers(): number {
    const active = Atomics.load(this.#words, CONTROL.active);
    const all = this.#workers.length;
    return active < all && performance.now() - this.#woken < WAKE_AGAIN_MS ? all : active;
  }

  #join(): void {
    const words = this.#words;
    const start = performance.now();
    for (;;) {
      const left = Atomics.load(words, CONTROL.left);
      if (left === 0) break;
      if (performance.now() - start > SPIN_MS && MAY_SLEEP) Atomics.wait(words, CONTROL.left, left, 1);
    }
    if (Atomics.exchange(words, CONTROL.failed, 0) > 0) {
      throw new NablaError(
        'cpu: a part of a computation failed. Please report this; cpu({ threads: 1 }) says more about it.',
      );
    }
  }

  #start(): void {
    for (let thread = 1; thread <= this.#count; thread++) {
      const worker = startWorker(() => this.#lose());
      worker.post({ kind: 'start', memory: this.#memory, thread });
      for (const message of this.#kernels) worker.post(message);
      for (const message of this.#programs.values()) worker.post(message);
      this.#workers.push(worker);
    }
    this.#mail = 1 + this.#kernels.length + this.#programs.size;
    Atomics.store(this.#words, CONTROL.mail, this.#mail);
  }

  #send(message: Message): void {
    if (this.#workers.length === 0) return;
    for (const worker of this.#workers) worker.post(message);
    Atomics.store(this.#words, CONTROL.mail, ++this.#mail);
    Atomics.notify(this.#words, CONTROL.claim);
  }

  /** Workers could not run here: the main thread does everything. */
  #lose(): void {
    this.close();
    Atomics.store(this.#words, CONTROL.active, 0);
  }
}

/** The main thread of a browser page must not sleep. */
const MAY_SLEEP: boolean = typeof (globalThis as { readonly document?: unknown }).document === 'undefined';
