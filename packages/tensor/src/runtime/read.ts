// Values to the host. The only ways a value leaves the graph.
import type { Backend } from '../backend/contract.ts';
import { TraceError } from '../errors.ts';
import { hostLeaf, type Node, storedLeaf } from '../graph/node.ts';
import type { Wrap } from '../graph/passes/rewrite.ts';
import { captureSite, siteText } from '../site.ts';
import type { HostArray } from '../spec.ts';
import { currentTrace } from '../trace.ts';
import { evaluate } from './evaluate.ts';
import { storageOf } from './lease.ts';
import { enqueue } from './queue.ts';
import { Storage } from './storage.ts';
import { uploadTo } from './upload.ts';

// Thrown at once, not as a rejection: inside a compiled function nobody awaits it.
function requireValues(nodes: readonly Node[]): void {
  const trace = currentTrace();
  if (trace) {
    throw new TraceError(
      `a value was read inside the compiled function '${trace.name}', where values do not exist yet. ` +
        'Return the tensor and read it outside, or use where(condition, a, b) to choose by value.',
      { site: siteText(captureSite()) },
    );
  }
  const traced = nodes.find((node) => node.trace !== null && node.source?.kind !== 'host');
  if (traced) {
    throw new TraceError(
      `a tensor made inside the compiled function '${traced.trace!.name}' was read outside of it. ` +
        'It never had a value of its own; return it from the function instead.',
      { site: siteText(captureSite()) },
    );
  }
}

/** Computes nodes. Throws TraceError inside a compiled function. */
export function compute(nodes: readonly Node[], wrap: Wrap): Promise<void> {
  requireValues(nodes);
  return evaluate(nodes, wrap);
}

/** The values of a node, computed if needed; a copy. Throws TraceError inside a compiled function. */
export function read(node: Node, wrap: Wrap): Promise<HostArray> {
  requireValues([node]);
  return valuesOf(node, wrap);
}

async function valuesOf(node: Node, wrap: Wrap): Promise<HostArray> {
  if (node.source?.kind === 'host') return node.source.data.slice();
  if (!node.isLeaf) await evaluate([node], wrap);
  return enqueue(() => {
    const { buffer } = storageOf(node);
    return buffer.backend.download(buffer);
  });
}

/** A node with the same values on another backend. Throws TraceError inside a compiled function. */
export function transfer(node: Node, backend: Backend, wrap: Wrap): Promise<Node> {
  requireValues([node]);
  if (node.source?.kind === 'host') return Promise.resolve(hostLeaf(node.source.data, node.spec));
  return valuesOf(node, wrap).then((data) => storedLeaf(new Storage(uploadTo(backend, data, node.spec)), node.spec));
}

/** Frees the values of a node at once, unless a variable holds them too. */
export function release({ source, shared }: Node): void {
  if (shared) return;
  if (source?.kind === 'stored') source.storage.dispose();
  if (source?.kind === 'host') {
    source.copy?.dispose();
    source.copy = null;
  }
}
