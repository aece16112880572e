export type { AffineOptions, BiasOptions, KernelOptions } from './options.ts';
