// Post-order without recursion: a graph may be two hundred thousand nodes deep.
import type { Node } from './node.ts';

/**
 * Every node the roots depend on, inputs before users, each once.
 * @param isLeaf where to stop; by default at nodes without an op
 */
export function postOrder(roots: readonly Node[], isLeaf: (node: Node) => boolean = (node) => node.isLeaf): Node[] {
  const order: Node[] = [];
  const seen = new Set<Node>();
  const path: Node[] = [];
  const next: number[] = [];
  for (const root of roots) {
    if (seen.has(root)) continue;
    seen.add(root);
    path.push(root);
    next.push(0);
    while (path.length > 0) {
      const top = path.length - 1;
      const node = path[top]!;
      const inputs = isLeaf(node) ? [] : node.inputs;
      const position = next[top]!;
      if (position < inputs.length) {
        next[top] = position + 1;
        const input = inputs[position]!;
        if (!seen.has(input)) {
          seen.add(input);
          path.push(input);
          next.push(0);
        }
      } else {
        order.push(node);
        path.pop();
        next.pop();
      }
    }
  }
  return order;
}
