// One value in the lazy graph. Nodes are immutable but for one thing: once computed, a node becomes a leaf.
import type { AnyOp } from '../op.ts';
import { isFullPrecision } from '../precision.ts';
import type { Storage } from '../runtime/storage.ts';
import { scopePath } from '../scope.ts';
import { captureSite, type Site, siteText } from '../site.ts';
import type { HostArray, Spec } from '../spec.ts';
import { currentTrace, type Trace } from '../trace.ts';
import type { Attrs } from './graph.ts';
import type { History } from './history.ts';

/**
 * Where a leaf's values are: on the host (with a copy on a backend, once used twice), on a backend, supplied at each run, or
 * on their way: the result of a step that is running.
 */
export type Source =
  | { readonly kind: 'host'; readonly data: HostArray; uses: number; copy: Storage | null }
  | { readonly kind: 'stored'; readonly storage: Storage }
  | { readonly kind: 'placeholder'; readonly label: string }
  | { readonly kind: 'awaited' };

const NO_ATTRS: Attrs = {};
const NO_INPUTS: readonly Node[] = [];

let origin: Node | null = null;

/** Runs `f`; nodes made in it carry the line and layer path of `node`, which they stand for. */
export function inPlaceOf<T>(node: Node, f: () => T): T {
  const outer = origin;
  origin = node;
  try {
    return f();
  } finally {
    origin = outer;
  }
}

/** A vertex of the lazy graph: an op applied to other nodes, or a leaf with a source. */
export class Node {
  op: AnyOp | null;
  inputs: readonly Node[];
  attrs: Attrs;
  readonly spec: Spec;
  source: Source | null;
  /** Longest chain of ops below; 0 for leaves. */
  depth: number;
  /** The trace it was made in, `null` outside. */
  readonly trace: Trace | null;
  readonly path: string;
  /** Its precision was asked for, whatever the computation's is. */
  readonly fullPrecision: boolean;
  #site: Site | undefined;
  /** A user's tensor or several variables may hold it: no compiled step may overwrite its value. */
  shared = false;
  /** A variable was given this value: how it came about is nobody's business. */
  given = false;
  /** What it was made from, once it was computed. */
  history: History | null = null;

  constructor(
    op: AnyOp | null,
    inputs: readonly Node[],
    attrs: Attrs,
    spec: Spec,
    source: Source | null,
    like: Node | null = origin,
  ) {
    this.op = op;
    this.inputs = inputs;
    this.attrs = attrs;
    this.spec = spec;
    this.source = source;
    let depth = 0;
    for (const input of inputs) if (input.depth >= depth) depth = input.depth + 1;
    this.depth = depth;
    this.trace = currentTrace();
    this.path = like ? like.path : scopePath();
    this.fullPrecision = like ? like.fullPrecision : isFullPrecision();
    this.#site = like ? like.#site : op === null ? undefined : captureSite();
  }

  get isLeaf(): boolean {
    return this.op === null;
  }

  /** The user's line that made this node, when known. */
  get site(): string | undefined {
    return siteText(this.#site);
  }

  /** The same op on other inputs; keeps line and layer path. */
  withInputs(inputs: readonly Node[]): Node {
    return new Node(this.op, inputs, this.attrs, this.spec, null, this);
  }

  /** The value was computed: it becomes a leaf and lets go of everything it was made from. */
  settle(storage: Storage, history: History): void {
    if (!this.given) this.history = history;
    this.op = null;
    this.inputs = NO_INPUTS;
    this.attrs = NO_ATTRS;
    this.depth = 0;
    // An unread call stack holds on to the tensors whose methods are on it.
    this.#site = undefined;
    this.arrive(storage);
  }

  /** The value of a leaf is on a backend from now on. */
  arrive(storage: Storage): void {
    if (this.shared) storage.shared = true;
    this.source = { kind: 'stored', storage };
  }

  /** Marks the value as held by others: whoever wants to overwrite it makes a copy first. */
  share(): void {
    this.shared = true;
    if (this.source?.kind === 'stored') this.source.storage.shared = true;
  }
}

/** A leaf with host data. */
export function hostLeaf(data: HostArray, spec: Spec): Node {
  return new Node(null, NO_INPUTS, NO_ATTRS, spec, { kind: 'host', data, uses: 0, copy: null });
}

/** A leaf with data on a backend. */
export function storedLeaf(storage: Storage, spec: Spec): Node {
  return new Node(null, NO_INPUTS, NO_ATTRS, spec, { kind: 'stored', storage });
}

/** A leaf whose value is supplied at each run of a compiled function. */
export function placeholderLeaf(label: string, spec: Spec): Node {
  return new Node(null, NO_INPUTS, NO_ATTRS, spec, { kind: 'placeholder', label });
}

/** A leaf whose value a running step will bring. */
export function awaitedLeaf(spec: Spec): Node {
  return new Node(null, NO_INPUTS, NO_ATTRS, spec, { kind: 'awaited' });
}
