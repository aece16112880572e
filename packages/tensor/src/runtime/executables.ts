// Executables by structure, so that code that builds the same graph again compiles nothing.
import type { Backend, Executable } from '../backend/contract.ts';
import type { Graph } from '../graph/graph.ts';
import { type Outline, sameOutline } from '../graph/outline.ts';

const CAPACITY = 256;

interface Entry {
  readonly outline: Outline;
  readonly executable: Executable;
}

/** Least recently used first. */
const caches = new WeakMap<Backend, Entry[]>();
let hits = 0;
let compiles = 0;

/** How often structures were compiled and found again. */
export function executableStats(): { readonly hits: number; readonly compiles: number } {
  return { hits, compiles };
}

/** The executable for a structure, compiled if it is new. */
export async function executableFor(backend: Backend, outline: Outline, graph: () => Graph): Promise<Executable> {
  let cache = caches.get(backend);
  if (!cache) {
    cache = [];
    caches.set(backend, cache);
  }
  const at = cache.findLastIndex((entry) => sameOutline(entry.outline, outline));
  if (at >= 0) {
    hits++;
    const [entry] = cache.splice(at, 1) as [Entry];
    cache.push(entry);
    return entry.executable;
  }
  compiles++;
  const executable = await backend.compile(graph());
  cache.push({ outline, executable });
  if (cache.length > CAPACITY) cache.shift()!.executable.dispose();
  return executable;
}
