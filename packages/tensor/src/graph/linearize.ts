// From nodes to the plain data that backends compile.
import type { Constant, Graph, Instruction } from './graph.ts';
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
    const { site, path } = node;
    code.push({
      op: definition.name,
      operands,
      attrs: node.attrs,
      spec: node.spec,
      ...(site === undefined ? {} : { site }),
      ...(path === '' ? {} : { path }),
    });
  }
  return {
    inputs: inputs.map((node) => node.spec),
    constants,
    code,
    outputs: roots.map((root) => numbers.get(root)!),
    donated: [...donated],
  };
}
