// From nodes to the plain data that backends compile.
import type { Spec } from '../spec.ts';
import type { Attrs, Constant, Graph, Instruction } from './graph.ts';
import type { Node } from './node.ts';
import { postOrder } from './order.ts';

/** What {@link linearize} is told about the leaves. */
export interface LinearizeOptions {
  readonly isLeaf: (node: Node) => boolean;
  /** Leaves that become inputs, in this order. All other leaves must be host data and become constants. */
  readonly inputs: readonly Node[];
  /** Positions in `inputs` that the run may take over. */
  readonly donated?: readonly number[];
}

/** An instruction that can tell its line as long as its node is there: reading call stacks takes longer than listing. */
class Listed implements Instruction {
  readonly op: string;
  readonly operands: readonly number[];
  readonly attrs: Attrs;
  readonly spec: Spec;
  readonly path?: string;
  readonly #node: WeakRef<Node>;

  constructor(node: Node, operands: readonly number[]) {
    this.op = node.op!.definition.name;
    this.operands = operands;
    this.attrs = node.attrs;
    this.spec = node.spec;
    if (node.path !== '') this.path = node.path;
    this.#node = new WeakRef(node);
  }

  get site(): string | undefined {
    return this.#node.deref()?.site;
  }
}

/** Numbers inputs, constants and instructions, and lists them in execution order. */
export function linearize(roots: readonly Node[], { isLeaf, inputs, donated = [] }: LinearizeOptions): Graph {
  const numbers = new Map<Node, number>(inputs.map((node, i) => [node, i]));
  const order = postOrder(roots, isLeaf);
  const constants: Constant[] = [];
  for (const node of order) {
    if (!isLeaf(node) || numbers.has(node)) continue;
    if (node.source?.kind !== 'host') throw new Error('linearize: a leaf is neither an input nor host data');
    numbers.set(node, inputs.length + constants.length);
    constants.push({ spec: node.spec, data: node.source.data });
  }
  const code: Instruction[] = [];
  const first = inputs.length + constants.length;
  for (const node of order) {
    if (isLeaf(node)) continue;
    const { definition } = node.op!;
    const operands = node.inputs.map((input) => numbers.get(input)!);
    if (definition.alias !== undefined) {
      numbers.set(node, operands[definition.alias]!);
      continue;
    }
    numbers.set(node, first + code.length);
    code.push(new Listed(node, operands));
  }
  return {
    inputs: inputs.map((node) => node.spec),
    constants,
    code,
    outputs: roots.map((root) => numbers.get(root)!),
    donated: [...donated],
  };
}
