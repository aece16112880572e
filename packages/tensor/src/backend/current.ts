import { ConfigError } from '../errors.ts';
import type { Backend } from './contract.ts';

let current: Backend | null = null;
let fallback: (() => Promise<Backend>) | null = null;
let starting: Promise<Backend> | null = null;

/** Makes `backend` the one that computes from now on. Values already on another backend stay there; move them with `x.to(backend)`. */
export function setBackend(backend: Backend): void {
  current = backend;
}

/** The backend that computes. Throws ConfigError when none was set or needed yet. */
export function getBackend(): Backend {
  if (current === null) {
    throw new ConfigError(
      "no backend is set. Call setBackend first, for example `setBackend(await cpu())` with cpu from '@nablajs/backend-cpu'.",
    );
  }
  return current;
}

/** What to start when a value is asked for and no backend was set; the umbrella package names one, so that beginners need not. */
export function setDefaultBackend(start: () => Promise<Backend>): void {
  fallback = start;
}

/** The backend that computes, started now if it is the default one: once, however many ask at the same time. */
export async function resolveBackend(): Promise<Backend> {
  if (current === null && fallback !== null) {
    starting ??= fallback();
    try {
      const started = await starting;
      current ??= started;
    } finally {
      starting = null;
    }
  }
  return getBackend();
}
