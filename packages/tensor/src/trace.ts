// What `compile` records while it runs a function once: reads and assignments of variables, and random draws.
import type { Node } from './graph/node.ts';
import type { DrawScope } from './random/stream.ts';
import type { Variable } from './variable.ts';

/** One recording. Its nodes are valid only until it ends. */
export class Trace {
  /** The compiled function's name, for messages. */
  readonly name: string;
  /** Placeholder of every variable read inside. */
  readonly reads: Map<Variable, Node> = new Map();
  /** Last value assigned to each variable inside. */
  readonly writes: Map<Variable, Node> = new Map();
  readonly draws: DrawScope = { key: null, count: 0 };

  /** Whether it is thrown away, with whatever is assigned in it. */
  readonly isForShapes: boolean;

  constructor(name: string, isForShapes: boolean = false) {
    this.name = name;
    this.isForShapes = isForShapes;
  }
}

let current: Trace | null = null;

/** The running recording, or `null`. */
export function currentTrace(): Trace | null {
  return current;
}

/** Runs `f` with `trace` as the running recording (`null`: outside of any). */
export function withTrace<T>(trace: Trace | null, f: () => T): T {
  const outer = current;
  current = trace;
  try {
    return f();
  } finally {
    current = outer;
  }
}

/** Runs `f` for its shapes only: variables are placeholders in it, so nothing is computed and no value counts as read. */
export function shapesOnly<T>(f: () => T): T {
  return withTrace(new Trace('shapes only', true), f);
}
