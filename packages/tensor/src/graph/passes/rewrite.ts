import type { Tensor } from '../../tensor.ts';
import type { Node } from '../node.ts';
import { postOrder } from '../order.ts';

/** Makes a tensor of a node; passes are handed it because tensors lie above them. */
export type Wrap = (node: Node) => Tensor;

/** The graph a pass works on. */
export interface Region {
  readonly roots: readonly Node[];
  /** Where the graph ends and values come in. */
  readonly isLeaf: (node: Node) => boolean;
  readonly wrap: Wrap;
}

/** From a graph to another; the new roots. */
export type Pass = (region: Region) => Node[];

/** Rebuilds a graph bottom-up: `visit` maps each node and its rebuilt inputs to the node that replaces it. */
export function rewrite({ roots, isLeaf }: Region, visit: (node: Node, inputs: readonly Node[]) => Node): Node[] {
  const replacement = new Map<Node, Node>();
  const replaced = (node: Node): Node => replacement.get(node)!;
  for (const node of postOrder(roots, isLeaf)) {
    replacement.set(node, isLeaf(node) ? node : visit(node, node.inputs.map(replaced)));
  }
  return roots.map(replaced);
}

/** The node itself when its inputs did not change, else the same op on the new inputs. */
export function onInputs(node: Node, inputs: readonly Node[]): Node {
  return inputs.every((input, i) => input === node.inputs[i]) ? node : node.withInputs(inputs);
}
