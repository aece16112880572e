// Values to the host. The only ways a value leaves the graph.
import type { Backend } from '../backend/contract.ts';
import { TraceError } from '../errors.ts';
import { hostLeaf, type Node, storedLeaf } from '../graph/node.ts';
import type { Wrap } from '../graph/passes/rewrite.ts';
import { captureSite, siteText } from '../site.ts';
import type { HostArray } from '../spec.ts';
import { currentTrace } from '../trace.ts';
import { evaluate } from './evaluate.ts';
import { enqueue } from './queue.ts';
import { Storage } from './storage.ts';

/** Computes nodes. Throws TraceError inside a compiled function. */
export async function compute(nodes: readonly Node[], wrap: Wrap): Promise<void> {
  const trace = currentTrace();
  if (trace) {
    throw new TraceError(
      `a value was read inside the compiled function '${trace.name}', where values do not exist yet. ` +
        'Return the tensor and read it outside, or use where(condition, a, b) to choose by value.',
      { site: siteText(captureSite()) },
    );
  }
  const traced = nodes.find((node) => node.trace !== null);
  if (traced) {
    throw new TraceError(
      `a tensor made inside the compiled function '${traced.trace!.name}' was read outside of it. ` +
        'It never had a value of its own; return it from the function instead.',
      { site: siteText(captureSite()) },
    );
  }
  await evaluate(nodes, wrap);
}

/** The values of a node, computed if needed; a copy. */
export async function read(node: Node, wrap: Wrap): Promise<HostArray> {
  if (node.source?.kind === 'host') return node.source.data.slice();
  await compute([node], wrap);
  return enqueue(() => {
    const { storage } = node.source as { storage: Storage };
    return storage.backend.download(storage.buffer);
  });
}

/** A node with the same values on another backend. */
export async function transfer(node: Node, backend: Backend, wrap: Wrap): Promise<Node> {
  if (node.source?.kind === 'host') return hostLeaf(node.source.data, node.spec);
  const data = await read(node, wrap);
  return storedLeaf(new Storage(backend.upload(data, node.spec)), node.spec);
}

/** Frees the values of a node at once. */
export function release(node: Node): void {
  if (node.source?.kind === 'stored') node.source.storage.dispose();
}
