// Executables by structure, so that code that builds the same graph again compiles nothing.
import type { Backend, Executable } from '../backend/contract.ts';
import type { Graph } from '../graph/graph.ts';
import { attrDifference, type Outline, sameOutline } from '../graph/outline.ts';
import { warn } from '../host.ts';
import { lookups } from './executable-stats.ts';

const CAPACITY = 256;
/** Compilations of one structure with other numbers in it before the developer is told. */
const WARN_AT = 20;

interface Entry {
  readonly outline: Outline;
  readonly executable: Executable;
}

/** Least recently used first. */
const caches = new WeakMap<Backend, Entry[]>();

/** The executable for a structure, compiled if it is new. */
export async function executableFor(backend: Backend, outline: Outline, graph: () => Graph): Promise<Executable> {
  let cache = caches.get(backend);
  if (!cache) {
    cache = [];
    caches.set(backend, cache);
  }
  const at = cache.findLastIndex((entry) => sameOutline(entry.outline, outline));
  if (at >= 0) {
    lookups.hits++;
    const [entry] = cache.splice(at, 1) as [Entry];
    cache.push(entry);
    return entry.executable;
  }
  lookups.compiles++;
  warnOfTwins(cache, outline);
  const executable = await backend.compile(graph());
  cache.push({ outline, executable });
  if (cache.length > CAPACITY) cache.shift()!.executable.dispose();
  return executable;
}

// A number in the code is structure. One that changes compiles anew each time, which is slow and says nothing.
function warnOfTwins(cache: readonly Entry[], outline: Outline): void {
  const differences = cache.flatMap((entry) => attrDifference(entry.outline, outline) ?? []);
  if (differences.length !== WARN_AT - 1) return;
  warn(
    `one computation was compiled ${WARN_AT} times, each time with another number in it (${differences.at(-1)}). ` +
      'Pass numbers that change as tensors: scalar(0.1); take parts that move with gather instead of slice.',
  );
}
