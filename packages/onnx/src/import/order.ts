// Nodes in an order in which they can be computed, only those that the outputs need.
import type { Message } from '@nablajs/onnx-graph';
import { FormatError } from '@nablajs/tensor';

type NodeProto = Message<'NodeProto'>;

/**
 * The nodes that the outputs need, each after those it depends on.
 * @param given names that are there from the start
 * @throws FormatError for names made twice or by nobody, and for cycles
 */
export function sortedNodes(
  nodes: readonly NodeProto[],
  given: ReadonlySet<string>,
  outputs: readonly string[],
): readonly NodeProto[] {
  const makers = makersOf(nodes, given);
  const sorted: NodeProto[] = [];
  const state = new Map<NodeProto, 'open' | 'done'>();
  // Iterative: graphs may be deeper than the call stack.
  const stack: { readonly node: NodeProto; next: number }[] = [];
  const visit = (name: string, by: string): void => {
    if (name === '' || given.has(name)) return;
    const node = makers.get(name);
    if (!node) throw new FormatError(`${by} needs '${name}', which no node makes and no input or initializer is.`);
    const known = state.get(node);
    if (known === 'open')
      throw new FormatError(`the graph has a cycle through '${name}': nothing could be computed first.`);
    if (known === 'done') return;
    state.set(node, 'open');
    stack.push({ node, next: 0 });
  };
  for (const output of outputs) {
    visit(output, 'the list of outputs');
    while (stack.length > 0) {
      const frame = stack.at(-1)!;
      const input = frame.node.input[frame.next++];
      if (input !== undefined) {
        visit(input, `node '${frame.node.name || frame.node.opType}'`);
        continue;
      }
      stack.pop();
      state.set(frame.node, 'done');
      sorted.push(frame.node);
    }
  }
  return sorted;
}

function makersOf(nodes: readonly NodeProto[], given: ReadonlySet<string>): ReadonlyMap<string, NodeProto> {
  const makers = new Map<string, NodeProto>();
  for (const node of nodes) {
    for (const name of node.output) {
      if (name === '') continue;
      if (makers.has(name) || given.has(name)) throw new FormatError(`two values of the graph are named '${name}'.`);
      makers.set(name, node);
    }
  }
  return makers;
}
