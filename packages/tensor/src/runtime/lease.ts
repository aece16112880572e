// Leaves as buffers of one backend, for the time of a run.
import type { Backend, Buffer } from '../backend/contract.ts';
import { ConfigError, TraceError } from '../errors.ts';
import type { Node } from '../graph/node.ts';
import { Storage } from './storage.ts';

/** A buffer for a run; temporary ones are freed after it. */
export interface Lease {
  readonly buffer: Buffer;
  readonly temporary: boolean;
}

/** The buffer of a leaf. Host data is uploaded for one run; from the second use on the copy is kept. */
export function lease(leaf: Node, backend: Backend): Lease {
  const { source } = leaf;
  if (source?.kind === 'stored') {
    requireBackend(source.storage, backend);
    return { buffer: source.storage.buffer, temporary: false };
  }
  if (source?.kind !== 'host') {
    throw new TraceError(
      `a tensor of the compiled function '${leaf.trace?.name ?? 'unknown'}' was used after that function ended. ` +
        'Return it from the function, or assign it to a variable there.',
    );
  }
  const kept = source.uploads?.get(backend);
  if (kept) return { buffer: kept.buffer, temporary: false };
  const buffer = backend.upload(source.data, leaf.spec);
  if (++source.uses < 2) return { buffer, temporary: true };
  source.uploads ??= new WeakMap();
  source.uploads.set(backend, new Storage(buffer));
  return { buffer, temporary: false };
}

/** Frees what was leased for one run only. */
export function endLeases(leases: readonly Lease[]): void {
  for (const { buffer, temporary } of leases) if (temporary) buffer.backend.free(buffer);
}

/** The backend that stored leaves live on, or `null` when all are on the host. Throws when there are two. */
export function backendOf(leaves: readonly Node[]): Backend | null {
  let found: Storage | null = null;
  for (const { source } of leaves) {
    if (source?.kind !== 'stored') continue;
    if (found) requireBackend(source.storage, found.backend);
    found = source.storage;
  }
  return found?.backend ?? null;
}

function requireBackend(storage: Storage, backend: Backend): void {
  if (storage.backend === backend) return;
  throw new ConfigError(
    `one computation mixes values of two backends, '${storage.backend.name}' and '${backend.name}'. ` +
      'Move one of them first: `x = await x.to(backend)`.',
  );
}
