// What is left of a computed node's history: enough to refuse a gradient through it, too little to keep anything alive.
import type { Node } from './node.ts';

/** Computations back that are remembered; beyond, a loop's history would grow without end. */
const GENERATIONS = 16;

/** What a computed node was made from. */
export class History {
  /** Leaves of the node itself. */
  readonly #leaves: WeakSet<Node>;
  /** Leaves of its whole computation, then those of earlier ones it rests on, newest first. */
  readonly #generations: readonly WeakSet<Node>[];
  /** The line that asked for the value, when known. */
  readonly site: string | undefined;

  constructor(leaves: WeakSet<Node>, generations: readonly WeakSet<Node>[], site: string | undefined) {
    this.#leaves = leaves;
    this.#generations = generations;
    this.site = site;
  }

  /** True when the node was made from `leaf`, directly or through values computed before. */
  restsOn(leaf: Node): boolean {
    return this.#leaves.has(leaf) || this.#generations.some((leaves, i) => i > 0 && leaves.has(leaf));
  }

  /** What a computation on these leaves inherits, itself first. */
  static generations(leaves: readonly Node[]): WeakSet<Node>[] {
    const found = new Set<WeakSet<Node>>([new WeakSet(leaves)]);
    for (const { history } of leaves) {
      if (!history) continue;
      for (const generation of history.#generations) if (found.size < GENERATIONS) found.add(generation);
    }
    return [...found];
  }
}
