// Mixed precision, imported when it is asked for: ops that declare it compute on float16 operands.
import type { Backend } from '../../backend/contract.ts';
import { ConfigError } from '../../errors.ts';
import { inPlaceOf, Node } from '../node.ts';
import { onInputs, type Region, rewrite } from './rewrite.ts';

/** Throws a ConfigError unless the backend has the numbers that mixed precision needs. */
export function requireHalf(backend: Backend): void {
  if (backend.capabilities.dtypes.has('float16')) return;
  throw new ConfigError(
    `precision 'mixedFloat16' needs float16, which backend '${backend.name}' does not have. Use precision 'float32', or a ` +
      "backend that has it: onnxruntime({ device: 'cuda' }).",
  );
}

/** Rounds the float32 operands of ops that take half precision, and widens their results again. */
export function autocast(region: Region): Node[] {
  /** Halves by what they were widened to: to round that again would change nothing. */
  const known = new Map<Node, Node>();
  const half = (node: Node): Node => known.get(node) ?? region.wrap(node).cast('float16').node;
  return rewrite(region, (node, inputs) => {
    const current = onInputs(node, inputs);
    if (!isMixed(current)) return current;
    return inPlaceOf(node, () => {
      const rounded = new Node(current.op, inputs.map(half), node.attrs, { ...node.spec, dtype: 'float16' }, null);
      const widened = region.wrap(rounded).cast('float32').node;
      known.set(widened, rounded);
      return widened;
    });
  });
}

function isMixed({ op, inputs, fullPrecision, spec }: Node): boolean {
  return (
    op!.definition.halfPrecision === true && !fullPrecision && [spec, ...inputs.map((x) => x.spec)].every(isFloat32)
  );
}

function isFloat32({ dtype }: { readonly dtype: string }): boolean {
  return dtype === 'float32';
}
