// Leaves as buffers of one backend, for the time of a run.
import type { Backend, Buffer } from '../backend/contract.ts';
import { ConfigError, TraceError } from '../errors.ts';
import type { Node } from '../graph/node.ts';
import { Storage } from './storage.ts';
import { uploadTo } from './upload.ts';

/** A buffer for a run; temporary ones are freed after it. */
export interface Lease {
  readonly buffer: Buffer;
  readonly temporary: boolean;
}

/** The buffer of a leaf. Host data is uploaded for one run; from the second use on the copy is kept. */
export function lease(leaf: Node, backend: Backend): Lease {
  const { source } = leaf;
  if (source?.kind !== 'host') {
    const storage = storageOf(leaf);
    requireBackend(storage, backend);
    return { buffer: storage.buffer, temporary: false };
  }
  if (source.copy?.backend === backend) return { buffer: source.copy.buffer, temporary: false };
  const buffer = uploadTo(backend, source.data, leaf.spec);
  if (++source.uses < 2) return { buffer, temporary: true };
  source.copy = new Storage(buffer);
  return { buffer, temporary: false };
}

/** Frees what was leased for one run only. */
export function endLeases(leases: readonly Lease[]): void {
  for (const { buffer, temporary } of leases) if (temporary) buffer.backend.free(buffer);
}

/** Where the values of a computed leaf are. Throws TraceError for one that has none. */
export function storageOf({ source, trace }: Node): Storage {
  if (source?.kind === 'stored') return source.storage;
  if (source?.kind === 'awaited') {
    throw new TraceError(
      'this value of a variable was lost: the compiled step that was updating it failed. Assign the variable anew, for example from a saved file.',
    );
  }
  throw new TraceError(
    `a tensor of the compiled function '${trace?.name ?? 'unknown'}' was used after that function ended. ` +
      'Return it from the function, or assign it to a variable there.',
  );
}

/** Throws unless a value is on the backend that computes with it. */
export function requireBackend(storage: Storage, backend: Backend): void {
  if (storage.backend === backend) return;
  throw new ConfigError(
    `one computation mixes values of two backends, '${storage.backend.name}' and '${backend.name}'. ` +
      'Move one of them first: `x = await x.to(backend)`.',
  );
}
