// The state of the demo page.
import { onBeforeUnmount, onMounted, reactive, type ShallowRef, shallowRef } from 'vue';
import type { Point } from './curve.ts';
import { engines } from './engines.ts';
import { fetchBytes, fetchImages } from './files.ts';
import type { Lab } from './lab.ts';
import type { Samples, StepReport, TestReport, TrainingOptions, Which } from './protocol.ts';

/** What training is doing. */
export type Phase = 'idle' | 'loading' | 'compiling' | 'training' | 'stopped' | 'done';

/** Everything the page shows. */
export interface DemoState {
  opened: boolean;
  phase: Phase;
  which: Which;
  report: StepReport | null;
  tests: TestReport[];
  error: string;
}

/** The demo as its components use it. */
export interface Demo {
  readonly state: DemoState;
  readonly samples: ShallowRef<Samples | null>;
  readonly probabilities: ShallowRef<readonly number[] | null>;
  readonly losses: ShallowRef<readonly Point[]>;
  /** Shows a new image (or none) to the chosen network. */
  see(pixels: Float32Array | null): void;
  /** Loads the network once more, after that has failed. */
  retry(): void;
  choose(which: Which): void;
  train(options: TrainingOptions): void;
  stop(): void;
  download(): void;
}

/** Starts the worker with the page and ends it with the page. `files` is the address of the demo's files. */
export function useDemo(files: string): Demo {
  const state = reactive<DemoState>({
    opened: false,
    phase: 'idle',
    which: 'given',
    report: null,
    tests: [],
    error: '',
  });
  const samples = shallowRef<Samples | null>(null);
  const probabilities = shallowRef<readonly number[] | null>(null);
  const losses = shallowRef<readonly Point[]>([]);
  let lab: Lab | null = null;
  let given: Uint8Array | null = null;
  let images: Samples | null = null;
  let running: AbortController | null = null;
  let pixels: Float32Array | null = null;
  let asked = false;
  let changed = false;
  let points: Point[] = [];
  let frame = 0;
  let left = false;

  // One question at a time: while the worker is busy, only the newest drawing waits.
  async function recognise(): Promise<void> {
    if (!pixels || !lab) return;
    changed = asked;
    if (asked) return;
    asked = true;
    const { which } = state;
    const shares = await lab.recognise(which, pixels).catch(fail);
    asked = false;
    if (shares && pixels && which === state.which) probabilities.value = shares;
    if (changed) void recognise();
  }

  // Steps come faster than frames.
  function drawSoon(): void {
    frame ||= requestAnimationFrame(() => {
      frame = 0;
      losses.value = points.slice();
      if (state.which === 'own') void recognise();
    });
  }

  function fail(error: unknown): void {
    if (left) return;
    state.error = error instanceof Error ? error.message : String(error);
    if (state.phase !== 'done') state.phase = 'idle';
  }

  async function open(): Promise<void> {
    const folder = new URL(files, location.href).href;
    const [bytes, test] = await Promise.all([fetchBytes(`${folder}digits.safetensors`), fetchImages(folder, 'test')]);
    given = bytes;
    lab = await openLab(engines[0]!.id);
    samples.value = test;
    state.opened = true;
    void recognise();
  }

  // What computes is loaded after the page is there.
  async function openLab(engine: string): Promise<Lab> {
    const { Lab } = await import('./lab.ts');
    return Lab.open(engine, given!);
  }

  async function train(options: TrainingOptions): Promise<void> {
    points = [];
    losses.value = [];
    Object.assign(state, { phase: 'loading', report: null, tests: [], error: '', which: 'given' });
    running = new AbortController();
    const { signal } = running;
    try {
      images ??= await fetchImages(new URL(files, location.href).href, 'train');
      if (lab?.engine !== options.engine) {
        // The one that works stays until the new one does.
        const next = await openLab(options.engine);
        lab?.close();
        lab = next;
      }
      signal.throwIfAborted();
      state.phase = 'compiling';
      await lab.train(images, samples.value!, options, { step, tested }, signal);
      state.phase = 'done';
    } catch (error) {
      if (signal.aborted) state.phase = 'stopped';
      else fail(error);
    }
    drawSoon();
  }

  function step(report: StepReport): void {
    if (state.phase === 'compiling') state.phase = 'training';
    if (report.step === 1) state.which = 'own';
    state.report = report;
    points.push([report.step, report.loss]);
    drawSoon();
  }

  function tested(report: TestReport): void {
    state.tests.push(report);
    drawSoon();
  }

  function begin(): void {
    state.error = '';
    open().catch(fail);
  }

  onMounted(begin);
  onBeforeUnmount(() => {
    left = true;
    cancelAnimationFrame(frame);
    lab?.close();
  });

  return {
    state,
    samples,
    probabilities,
    losses,
    see(next) {
      pixels = next;
      if (next) void recognise();
      else probabilities.value = null;
    },
    retry: begin,
    choose(which) {
      state.which = which;
      void recognise();
    },
    train: (options) => void train(options),
    stop: () => running?.abort(),
    download: () => void lab?.export().then((bytes) => bytes && saveAs('digits.safetensors', bytes), fail),
  };
}

function saveAs(name: string, bytes: Uint8Array): void {
  const url = URL.createObjectURL(new Blob([bytes as BlobPart], { type: 'application/octet-stream' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}
