// `debug({ checkNumerics: true })`, imported when it is on: every float value of a graph reports whether it is finite, and the first that is not is named.
import { NumericsError } from '../errors.ts';
import type { Node } from '../graph/node.ts';
import { postOrder } from '../graph/order.ts';
import type { Region } from '../graph/passes/rewrite.ts';
import { concat } from '../ops/shape/index.ts';
import { isFloat } from '../spec.ts';
import type { Storage } from './storage.ts';

/** The nodes watched, in execution order, and one node that holds a flag (1 = finite) for each. */
export interface Watch {
  readonly root: Node;
  readonly nodes: readonly { readonly op: string; readonly path: string; readonly site: string | undefined }[];
}

/** A watch over a region, or `null` when nothing in it is a float. */
export function watchNumerics({ roots, isLeaf, wrap }: Region): Watch | null {
  // Constants are meant, infinite ones too.
  const nodes = postOrder(roots, isLeaf).filter(
    (node) =>
      !isLeaf(node) && node.inputs.length > 0 && isFloat(node.spec.dtype) && node.op!.definition.alias === undefined,
  );
  if (nodes.length === 0) return null;
  // x - x is 0 for every finite x and NaN for the rest.
  const flags = nodes.map((node) => {
    const x = wrap(node);
    return x.sub(x).equal(0).cast('int32').min().reshape([1]);
  });
  return {
    root: concat(flags, 0).node,
    nodes: nodes.map((node) => ({ op: node.op!.definition.name, path: node.path, site: node.site })),
  };
}

/** Throws NumericsError for the first watched value that was not finite. */
export async function reportNumerics({ nodes }: Watch, flags: Storage): Promise<void> {
  const finite = await flags.backend.download(flags.buffer);
  flags.dispose();
  const bad = nodes.find((_, i) => finite[i] === 0);
  if (!bad) return;
  throw new NumericsError(
    `${bad.op} produced NaN or infinity, the first op in the computation to do so. Look at its inputs: a logarithm of 0, a ` +
      'division by 0, or a learning rate that is too high are the usual causes.',
    { op: bad.op, path: bad.path || undefined, site: bad.site },
  );
}
