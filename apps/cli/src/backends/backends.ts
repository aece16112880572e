// What can compute, and how to find out whether it can here.
import { cpu } from '@nablajs/backend-cpu';
import { reference } from '@nablajs/backend-reference';
import { type Backend, setBackend } from '@nablajs/tensor';
import type { Options } from '../arguments/options.ts';
import { hasRelaxedSimd } from './relaxed-simd.ts';

/** A backend that can be asked for by name. */
export interface BackendEntry {
  /** Throws BackendUnavailableError with what is missing. */
  open(): Promise<Backend>;
  /** What there is to know of it, once it is open. */
  describe(): string;
}

/** All backends, by name. */
export const backendEntries: Readonly<Record<'cpu' | 'reference', BackendEntry>> = {
  cpu: {
    open: () => cpu(),
    describe: () => `WebAssembly SIMD, relaxed SIMD: ${hasRelaxedSimd() ? 'yes' : 'no'}`,
  },
  reference: {
    open: async () => reference(),
    describe: () => 'plain loops in float64: exact, far too slow for images',
  },
};

/** The name of a backend. */
export type BackendName = keyof typeof backendEntries;

/** Their names, the default first. */
export const BACKEND_NAMES: readonly BackendName[] = Object.keys(backendEntries) as BackendName[];

/** Makes the backend of `--backend` the one that computes. */
export async function useBackend(options: Options): Promise<BackendName> {
  const name = options.choice('backend', BACKEND_NAMES)!;
  setBackend(await backendEntries[name].open());
  return name;
}
