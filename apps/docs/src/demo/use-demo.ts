// The state of the demo page, and the worker behind it.
import { onBeforeUnmount, onMounted, reactive, type ShallowRef, shallowRef } from 'vue';
import type { Point } from './curve.ts';
import { engines } from './engines.ts';
import type { Reply, Request, Samples, StepReport, TestReport, TrainingOptions, Which } from './protocol.ts';

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
  let worker: Worker | null = null;
  let pixels: Float32Array | null = null;
  let asked = false;
  let changed = false;
  let points: Point[] = [];
  let frame = 0;

  const send = (request: Request): void => worker?.postMessage(request);

  // One question at a time: while the worker is busy, only the newest drawing waits.
  function recognise(): void {
    if (!pixels || !state.opened) return;
    changed = asked;
    if (asked) return;
    asked = true;
    send({ kind: 'recognise', which: state.which, pixels });
  }

  // Steps come faster than frames.
  function drawSoon(): void {
    frame ||= requestAnimationFrame(() => {
      frame = 0;
      losses.value = points.slice();
      if (state.which === 'own') recognise();
    });
  }

  // What each reply changes.
  const on: { readonly [K in Reply['kind']]: (reply: Extract<Reply, { readonly kind: K }>) => void } = {
    opened: (reply) => {
      samples.value = reply.samples;
      state.opened = true;
      recognise();
    },
    recognised: ({ which, probabilities: shares }) => {
      asked = false;
      if (pixels && which === state.which) probabilities.value = Array.from(shares);
      if (changed) recognise();
    },
    phase: ({ phase }) => {
      state.phase = phase;
    },
    step: ({ report }) => {
      state.phase = 'training';
      if (report.step === 1) state.which = 'own';
      state.report = report;
      points.push([report.step, report.loss]);
      drawSoon();
    },
    tested: ({ report }) => {
      state.tests.push(report);
      drawSoon();
    },
    ended: ({ stopped }) => {
      state.phase = stopped ? 'stopped' : 'done';
      drawSoon();
    },
    exported: ({ bytes }) => saveAs('digits.safetensors', bytes),
    failed: ({ message }) => fail(message),
  };

  function receive<K extends Reply['kind']>(reply: Extract<Reply, { readonly kind: K }>): void {
    (on[reply.kind as K] as (reply: Extract<Reply, { readonly kind: K }>) => void)(reply);
  }

  function fail(message: string): void {
    asked = false;
    state.error = message;
    if (state.phase !== 'done') state.phase = 'idle';
  }

  onMounted(() => {
    worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });
    worker.onmessage = ({ data }: MessageEvent<Reply>) => receive(data);
    worker.onerror = ({ message }) => fail(message || 'The worker that computes could not be started.');
    send({ kind: 'open', files: new URL(files, location.href).href, engine: engines[0]!.id });
  });
  onBeforeUnmount(() => {
    cancelAnimationFrame(frame);
    worker?.terminate();
  });

  return {
    state,
    samples,
    probabilities,
    losses,
    see(next) {
      pixels = next;
      if (next) recognise();
      else probabilities.value = null;
    },
    choose(which) {
      state.which = which;
      recognise();
    },
    train(options) {
      points = [];
      losses.value = [];
      Object.assign(state, { phase: 'loading', report: null, tests: [], error: '' });
      send({ kind: 'train', options });
    },
    stop: () => send({ kind: 'stop' }),
    download: () => send({ kind: 'export' }),
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
