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
    about: 'training steps of an MLP and a CNN: onnxruntime, cpu, PyTorch, jax-js, TensorFlow.js',
    load: async () => (await import('./train-step/bench.ts')).trainStep,
  },
  browser: {
    about: 'training steps and predictions in Chromium, against TensorFlow.js on the same engines',
    load: async () => (await import('./browser/bench.ts')).browser,
  },
  networks: {
    about: 'training steps of ResNet-18 and of a network for sound: cpu, PyTorch',
    load: async () => (await import('./networks/bench.ts')).networks,
  },
  tiny: {
    about: 'training steps of a network of eight neurons: what a step costs by itself',
    load: async () => (await import('./tiny/bench.ts')).tiny,
  },
  memory: {
    about: 'the most memory a process holds that trains the CNN: cpu, PyTorch',
    load: async () => (await import('./memory/bench.ts')).memory,
  },
  profile: {
    about: 'where each per cent of a training step of the cpu backend goes, and what the floor is',
    load: async () => (await import('./profile/bench.ts')).profile,
  },
  conv: {
    about: '3 x 3 convolutions and their gradients: cpu, onnxruntime-node, TensorFlow.js',
    load: async () => (await import('./conv/bench.ts')).conv,
  },
  gemm: {
    about: 'matrix products of the cpu backend: the rate of the registers, OpenBLAS, two threads',
    load: async () => (await import('./gemm/bench.ts')).gemm,
  },
};
