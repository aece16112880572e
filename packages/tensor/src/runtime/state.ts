// The buffers of variables.
import type { Backend, Executable } from '../backend/contract.ts';
import { storedLeaf } from '../graph/node.ts';
import { formatSpec, type Spec } from '../spec.ts';
import type { Variable } from '../variable.ts';
import { lease } from './lease.ts';
import { Storage } from './storage.ts';

/** A variable's storage on a backend; its value is moved there first when it is on the host or on another backend. */
export async function residentStorage(variable: Variable, backend: Backend): Promise<Storage> {
  const { node } = variable;
  const { source } = node;
  if (source?.kind === 'stored' && source.storage.backend === backend) return source.storage;
  const data =
    source?.kind === 'stored'
      ? await source.storage.backend.download(source.storage.buffer)
      : source?.kind === 'host'
        ? source.data
        : null;
  // Neither stored nor on the host: `lease` has the words for that.
  const buffer = data === null ? lease(node, backend).buffer : backend.upload(data, variable.spec);
  const storage = new Storage(buffer);
  variable.settle(storedLeaf(storage, variable.spec));
  return storage;
}

const copiers = new WeakMap<Backend, Map<string, Executable>>();

/** A copy of a storage on its own backend, for a step that is about to overwrite what others still hold. */
export async function copyStorage(storage: Storage, spec: Spec): Promise<Storage> {
  const { backend } = storage;
  let known = copiers.get(backend);
  if (!known) {
    known = new Map();
    copiers.set(backend, known);
  }
  const key = formatSpec(spec);
  let copier = known.get(key);
  if (!copier) {
    copier = await backend.compile({ inputs: [spec], constants: [], code: [], outputs: [0], donated: [] });
    known.set(key, copier);
  }
  const [copy] = await copier.run([storage.buffer]);
  return new Storage(copy!);
}
