// Common subexpressions: equal ops on equal inputs become one node.
import { attrsKey } from '../attrs.ts';
import type { Node } from '../node.ts';
import { onInputs, type Region, rewrite } from './rewrite.ts';

/** Merges nodes of equal structure. */
export function merge(region: Region): Node[] {
  const numbers = new Map<Node, number>();
  const numberOf = (node: Node): number => {
    let number = numbers.get(node);
    if (number === undefined) {
      number = numbers.size;
      numbers.set(node, number);
    }
    return number;
  };
  const known = new Map<string, Node>();
  return rewrite(region, (node, inputs) => {
    const key = `${node.op!.definition.name}(${inputs.map(numberOf).join(',')})${attrsKey(node.attrs)}`;
    const twin = known.get(key);
    if (twin) return twin;
    const kept = onInputs(node, inputs);
    known.set(key, kept);
    return kept;
  });
}
