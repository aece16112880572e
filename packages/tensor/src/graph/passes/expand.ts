// Decomposition to what a backend can do, before it is asked to compile.
import type { Capabilities } from '../../backend/contract.ts';
import { UnsupportedOpError } from '../../errors.ts';
import { formatSpec } from '../../spec.ts';
import { inPlaceOf, type Node } from '../node.ts';
import { onInputs, type Region, rewrite } from './rewrite.ts';

/**
 * Replaces every op without a native lowering by its decomposition, down to ops the backend has.
 * @throws UnsupportedOpError listing every op that has neither, with its line
 */
export function expand(region: Region, backend: string, capabilities: Capabilities): Node[] {
  const missing = new Map<string, Node[]>();
  const lower = (node: Node, inputs: readonly Node[]): Node => {
    const current = onInputs(node, inputs);
    const { definition } = current.op!;
    if (definition.alias !== undefined) return current;
    const reason = refusal(current, capabilities);
    if (reason === null) return current;
    if (!definition.decompose) {
      const why = `${definition.name}: ${reason}`;
      missing.set(why, [...(missing.get(why) ?? []), node]);
      return current;
    }
    const meaning = inPlaceOf(node, () => definition.decompose!(inputs.map(region.wrap), current.attrs));
    const ends = new Set(inputs);
    const inner = {
      ...region,
      roots: [meaning.node],
      isLeaf: (below: Node) => ends.has(below) || region.isLeaf(below),
    };
    return rewrite(inner, lower)[0]!;
  };
  const roots = rewrite(region, lower);
  if (missing.size > 0) throw new UnsupportedOpError(missingText(backend, missing));
  return roots;
}

function refusal(node: Node, { ops, dtypes, maxRank, supports }: Capabilities): string | null {
  const { definition } = node.op!;
  if (!ops.has(definition.name)) return 'no native kernel';
  for (const spec of [node.spec, ...node.inputs.map((input) => input.spec)]) {
    if (!dtypes.has(spec.dtype)) return `${spec.dtype} is not a dtype of this backend`;
    if (spec.shape.length > maxRank) return `${formatSpec(spec)} has more than ${maxRank} axes`;
  }
  const verdict = supports?.(
    { op: definition.name, operands: [], attrs: node.attrs, spec: node.spec },
    node.inputs.map((input) => input.spec),
  );
  return verdict === undefined || verdict === true ? null : verdict;
}

function missingText(backend: string, missing: ReadonlyMap<string, readonly Node[]>): string {
  const lines = [...missing].map(([why, nodes]) => {
    const { path, site } = nodes[0]!;
    const where = [path && `in ${path}`, site && `at ${site}`].filter(Boolean).join(' ');
    return `\n  ${why}${nodes.length > 1 ? ` (${nodes.length} times)` : ''}${where ? `, first ${where}` : ''}`;
  });
  return `backend '${backend}' cannot run this computation:${lines.join('')}\nUse another backend, cast to another dtype, or give the op a decomposition.`;
}
