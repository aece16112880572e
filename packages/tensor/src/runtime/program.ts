// One trace of a function: its graph, and what must be fed in and handed out at each run.
import type { Backend } from '../backend/contract.ts';
import { TraceError } from '../errors.ts';
import type { Graph } from '../graph/graph.ts';
import { type Node, placeholderLeaf } from '../graph/node.ts';
import { postOrder } from '../graph/order.ts';
import type { Pass, Region } from '../graph/passes/rewrite.ts';
import { prepare } from '../graph/prepare.ts';
import type { Spec } from '../spec.ts';
import { Tensor } from '../tensor.ts';
import { Trace, withTrace } from '../trace.ts';
import { isTensor, mapTree } from '../tree.ts';
import type { Variable } from '../variable.ts';
import type { Watch } from './numerics.ts';

/** Where an input of the graph comes from at each run. */
export type ProgramInput =
  | { readonly kind: 'argument'; readonly label: string; readonly index: number }
  | {
      readonly kind: 'variable';
      readonly label: string;
      readonly variable: Variable;
      /** Which output of the graph is its new value; `null` when it is only read. */
      readonly output: number | null;
      readonly donated: boolean;
    }
  | { readonly kind: 'key'; readonly label: string }
  | { readonly kind: 'captured'; readonly label: string; readonly node: Node };

/** Stands for an output in the result's tree. A class, so that trees take it for a leaf. */
export class OutputSlot {
  readonly output: number;
  readonly spec: Spec;

  constructor(output: number, spec: Spec) {
    this.output = output;
    this.spec = spec;
  }
}

/** A traced function. */
export interface Program {
  readonly graph: Graph;
  readonly inputs: readonly ProgramInput[];
  /** The function's result with every tensor replaced by its slot. */
  readonly result: unknown;
  readonly watch: Watch | null;
}

const wrap = (node: Node): Tensor => new Tensor(node);

/** What a function is traced for, and what its graph goes through besides. */
export interface Target {
  readonly backend: Backend;
  readonly cast?: Pass | undefined;
  readonly watchNumerics?: ((region: Region) => Watch | null) | undefined;
}

/** Runs `f` once on placeholders and lists what it did. */
export function traceProgram<In extends readonly unknown[]>(
  name: string,
  f: (...args: In) => unknown,
  args: In,
  on: Target,
): Program {
  const trace = new Trace(name);
  return withTrace(trace, () => record(trace, f, args, on));
}

function record<In extends readonly unknown[]>(
  trace: Trace,
  f: (...args: In) => unknown,
  args: In,
  { backend, cast, watchNumerics }: Target,
): Program {
  const parameters: { node: Node; label: string }[] = [];
  const traced = mapTree(args, (leaf, path) => {
    if (!isTensor(leaf)) return leaf;
    const node = placeholderLeaf(`argument ${path}`, leaf.spec);
    parameters.push({ node, label: `argument ${path}` });
    return wrap(node);
  }) as unknown as In;

  const value = f(...traced);
  if (value instanceof Promise) {
    value.catch(() => undefined);
    throw new TraceError(`compiled function '${trace.name}' is async. Make it synchronous: read values outside of it.`);
  }

  const roots: Node[] = [];
  const result = mapTree(value, (leaf) => {
    if (!isTensor(leaf)) return leaf;
    roots.push(leaf.node);
    return new OutputSlot(roots.length - 1, leaf.spec);
  });
  const updated = new Map([...trace.writes.keys()].map((variable, i) => [variable, roots.length + i]));
  const all = [...roots, ...trace.writes.values()];

  const isLeaf = (node: Node): boolean => node.isLeaf || node.trace !== trace;
  const region = { roots: all, isLeaf, wrap };
  const watch = watchNumerics?.(region) ?? null;
  const watched = watch ? [...all, watch.root] : all;
  const inputs = [
    ...parameters.map(({ node, label }, index) => ({ node, input: { kind: 'argument' as const, label, index } })),
    ...[...trace.reads].map(([variable, node]) => ({
      node,
      // While numerics are checked, a failing step must leave the old state intact.
      input: {
        kind: 'variable' as const,
        label: variable.name,
        variable,
        output: updated.get(variable) ?? null,
        donated: watch === null && updated.has(variable),
      },
    })),
    ...(trace.draws.key ? [{ node: trace.draws.key, input: { kind: 'key' as const, label: 'random key' } }] : []),
    ...capturedBy(trace, watched, isLeaf).map((node) => ({
      node,
      input: { kind: 'captured' as const, label: 'captured', node },
    })),
  ];
  const graph = prepare({ ...region, roots: watched }, backend, {
    cast,
    inputs: inputs.map(({ node }) => node),
    donated: inputs.flatMap(({ input }, i) => (input.kind === 'variable' && input.donated ? [i] : [])),
  });
  return { graph, inputs: inputs.map(({ input }) => input), result, watch };
}

/** Tensors from outside that the function used: inputs of the graph, computed once. */
function capturedBy(trace: Trace, roots: readonly Node[], isLeaf: (node: Node) => boolean): Node[] {
  return postOrder(roots, isLeaf).filter((node) => node.trace !== trace && isLeaf(node));
}
