// Algebraic clean-up: each op states its own.
import { NablaError } from '../../errors.ts';
import { formatSpec, sameShape } from '../../spec.ts';
import { inPlaceOf, type Node } from '../node.ts';
import { onInputs, type Region, rewrite } from './rewrite.ts';

/** Replaces values by equal, cheaper ones wherever an op's `simplify` knows one. */
export function simplify(region: Region): Node[] {
  return rewrite(region, (node, inputs) => {
    let current = onInputs(node, inputs);
    for (let next = step(current, region); next !== null; next = step(current, region)) current = next;
    return current;
  });
}

function step(node: Node, { isLeaf, wrap }: Region): Node | null {
  if (isLeaf(node)) return null;
  const definition = node.op!.definition;
  const result = inPlaceOf(node, () => definition.simplify?.(node.inputs.map(wrap), node.attrs));
  if (!result) return null;
  const { spec } = result;
  if (spec.dtype !== node.spec.dtype || !sameShape(spec.shape, node.spec.shape)) {
    throw new NablaError(
      `${definition.name}: simplify turned ${formatSpec(node.spec)} into ${formatSpec(spec)}; it must keep the spec.`,
    );
  }
  return result.node;
}
