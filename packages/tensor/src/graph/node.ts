// One value in the lazy graph. Nodes are immutable but for one thing: once computed, a node becomes a leaf.
import type { Backend } from '../backend/contract.ts';
import type { AnyOp } from '../op.ts';
import type { Storage } from '../runtime/storage.ts';
import { scopePath } from '../scope.ts';
import { captureSite, type Site, siteText } from '../site.ts';
import type { HostArray, Spec } from '../spec.ts';
import { currentTrace, type Trace } from '../trace.ts';
import type { Attrs } from './graph.ts';

/** Where a leaf's values are: on the host (with copies on backends, once used twice), on a backend, or supplied at each run. */
export type Source =
  | { readonly kind: 'host'; readonly data: HostArray; uses: number; uploads: WeakMap<Backend, Storage> | null }
  | { readonly kind: 'stored'; readonly storage: Storage }
  | { readonly kind: 'placeholder'; readonly label: string };

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
  readonly #site: Site | undefined;
  /** A user's tensor or several variables may hold it: no compiled step may overwrite its value. */
  shared = false;
  /** Set when a computed node dropped its history: the leaves it was made from, and the line that read it. */
  dropped: { readonly leaves: ReadonlySet<Node>; readonly site: string | undefined } | null = null;

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
  settle(storage: Storage, leaves: ReadonlySet<Node>, site: string | undefined): void {
    if (this.op !== null) this.dropped = { leaves, site };
    if (this.shared) storage.shared = true;
    this.op = null;
    this.inputs = NO_INPUTS;
    this.attrs = NO_ATTRS;
    this.depth = 0;
    this.source = { kind: 'stored', storage };
  }
}

/** A leaf with host data. */
export function hostLeaf(data: HostArray, spec: Spec): Node {
  return new Node(null, NO_INPUTS, NO_ATTRS, spec, { kind: 'host', data, uses: 0, uploads: null });
}

/** A leaf with data on a backend. */
export function storedLeaf(storage: Storage, spec: Spec): Node {
  return new Node(null, NO_INPUTS, NO_ATTRS, spec, { kind: 'stored', storage });
}

/** A leaf whose value is supplied at each run of a compiled function. */
export function placeholderLeaf(label: string, spec: Spec): Node {
  return new Node(null, NO_INPUTS, NO_ATTRS, spec, { kind: 'placeholder', label });
}
