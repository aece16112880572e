// All benchmarks by name. Each is loaded when it is asked for: some bring large peers.
import type { Bench } from './frame/bench.ts';

/** An entry of the list. */
export interface BenchEntry {
  /** What it measures, in a sentence. */
  readonly about: string;
  readonly load: () => Promise<Bench>;
}

/** The benchmarks. */
export const benches: Readonly<Record<string, BenchEntry>> = {
  'train-step': {
    about: 'training steps of an MLP and a CNN: onnxruntime, cpu, TensorFlow.js, PyTorch',
    load: async () => (await import('./train-step/bench.ts')).trainStep,
  },
  browser: {
    about: 'training steps and predictions in Chromium, against TensorFlow.js on the same engines',
    load: async () => (await import('./browser/bench.ts')).browser,
  },
  gemm: {
    about: 'matrix products of the cpu backend against the rate of the registers',
    load: async () => (await import('./kernels.ts')).gemm,
  },
};
