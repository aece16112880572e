// Terms that layers add to the loss: those of their weights, and what they add while they are called.
import type { Tensor, Variable } from '@nablajs/tensor';

let collected: Tensor[] | null = null;

/** Runs `f` and returns its result with the terms that layers added to the loss in it. */
export function collectPenalties<T>(f: () => T): { readonly value: T; readonly penalties: readonly Tensor[] } {
  const outer = collected;
  const penalties: Tensor[] = [];
  collected = penalties;
  try {
    return { value: f(), penalties };
  } finally {
    collected = outer;
  }
}

/** Adds a scalar to the loss of the step that is being made; outside of one, it is of no consequence. */
export function addPenalty(term: Tensor): void {
  collected?.push(term);
}

/** The terms that were added since the innermost {@link collectPenalties} began, or were taken last; they count as taken. */
export function takePenalties(): readonly Tensor[] {
  return collected?.splice(0) ?? [];
}

let counted: Set<Variable> | null = null;

/** Runs `f` with the weights whose penalties are counted already: a layer may be part of several others. */
export function countingOnce<T>(f: (seen: Set<Variable>) => T): T {
  const outer = counted;
  counted = outer ?? new Set();
  try {
    return f(counted);
  } finally {
    counted = outer;
  }
}
