// Who applies whom: a model that is a program, not a table, is understood by watching it run.
import type { AnyLayer } from './layer.ts';
import type { Value } from './value.ts';

/** One application of a layer to tensors. */
export interface Application {
  readonly layer: AnyLayer;
  readonly input: Value;
  readonly output: Value;
}

let running: AnyLayer | null = null;
let watch: { readonly owner: AnyLayer; readonly seen: Application[] } | null = null;

/** Runs `f`, which applies `layer`, and reports it to whoever watches. */
export function applying<O extends Value>(layer: AnyLayer, input: Value, f: () => O): O {
  const owner = running;
  running = layer;
  try {
    const output = f();
    if (watch && watch.owner === owner && layer !== owner) watch.seen.push({ layer, input, output });
    return output;
  } finally {
    running = owner;
  }
}

/** Runs `f`, what `owner` does when it is applied, and returns the layers that it applied itself, in order. */
export function applicationsBy<T>(
  owner: AnyLayer,
  f: () => T,
): { readonly value: T; readonly applications: readonly Application[] } {
  const [outer, above] = [watch, running];
  const seen: Application[] = [];
  watch = { owner, seen };
  running = owner;
  try {
    return { value: f(), applications: seen };
  } finally {
    watch = outer;
    running = above;
  }
}
