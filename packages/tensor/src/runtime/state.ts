// The buffers of variables.
import type { Backend, Executable } from '../backend/contract.ts';
import { type Node, storedLeaf } from '../graph/node.ts';
import { formatSpec, type Spec } from '../spec.ts';
import type { Variable } from '../variable.ts';
import { type Lease, lease, storageOf } from './lease.ts';
import { Storage } from './storage.ts';
import { uploadTo } from './upload.ts';

/** The buffer of a variable that a step only reads, at once where it can be. A value on another backend is moved first. */
export function readState(variable: Variable, node: Node, backend: Backend): Lease | Promise<Lease> {
  return isElsewhere(node, backend) ? moveHere(variable, node, backend) : lease(node, backend);
}

async function moveHere(variable: Variable, node: Node, backend: Backend): Promise<Lease> {
  const moved = await upload(node, backend);
  if (variable.node === node) variable.settle(storedLeaf(moved, node.spec));
  return { buffer: moved.buffer, temporary: false };
}

/** A storage with a variable's value that a step may overwrite: its own, at once, or a copy when others hold it too. */
export function writeState(node: Node, backend: Backend): Storage | Promise<Storage> {
  if (node.source?.kind === 'host' || isElsewhere(node, backend)) return upload(node, backend);
  const storage = storageOf(node);
  return storage.shared ? copyOf(storage, node.spec) : storage;
}

function isElsewhere({ source }: Node, backend: Backend): boolean {
  return source?.kind === 'stored' && source.storage.backend !== backend;
}

async function upload(node: Node, backend: Backend): Promise<Storage> {
  if (node.source?.kind === 'host') return new Storage(uploadTo(backend, node.source.data, node.spec));
  const { buffer } = storageOf(node);
  return new Storage(uploadTo(backend, await buffer.backend.download(buffer), node.spec));
}

const copiers = new WeakMap<Backend, Map<string, Executable>>();

async function copyOf(storage: Storage, spec: Spec): Promise<Storage> {
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
