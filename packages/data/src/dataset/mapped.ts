import { ConfigError, concat, isTensor, mapTree, ShapeError, type Tensor } from '@nablajs/tensor';
import type { Batch, MappedBatch } from './batch.ts';
import type { Stage } from './stage.ts';

/** What users give to `map`, without their types. */
export type Mapping = (batch: Batch) => MappedBatch<unknown, unknown> | Promise<MappedBatch<unknown, unknown>>;

/** `f` of every element. */
export function mapped(inner: Stage, f: Mapping): Stage {
  return {
    length: inner.length,
    begin(epoch) {
      const fetch = inner.begin(epoch);
      const one = async (index: number): Promise<Batch> =>
        withSize('Dataset.map: the function', await f(await fetch(Uint32Array.of(index))));
      return async (indices) => stack(await Promise.all(Array.from(indices, one)));
    },
  };
}

/** What a function returned, with its rows counted. `who` begins the message when they differ. */
export function withSize(who: string, batch: MappedBatch<unknown, unknown>): Batch {
  if (typeof batch !== 'object' || batch === null || Array.isArray(batch)) {
    throw new ConfigError(
      `${who} returned ${Array.isArray(batch) ? 'a list' : batch === null ? 'null' : typeof batch}, expected { x, y }: return { ...batch, x: changed }.`,
    );
  }
  const { x, y, sampleWeight } = batch;
  const found: [path: string, rows: number][] = [];
  mapTree({ x, y, sampleWeight }, (leaf, path) => {
    if (leaf === undefined && path !== 'x') return;
    if (!isTensor(leaf) || leaf.rank === 0) {
      const what = isTensor(leaf) ? 'a scalar' : `a value of type ${typeof leaf}`;
      throw new ShapeError(`${who} returned ${what} as ${path}, expected a tensor of rows.`);
    }
    found.push([path, leaf.shape[0]!]);
  });
  const [[firstPath, size] = ['x', 0]] = found;
  const odd = found.find(([, rows]) => rows !== size);
  if (odd !== undefined) {
    throw new ShapeError(
      `${who} returned ${size} rows of ${firstPath} and ${odd[1]} of ${odd[0]}. ` +
        'Keep the first axis of all tensors equal.',
    );
  }
  return { x, y, ...(sampleWeight && { sampleWeight }), size } as Batch;
}

/** Several batches as one. */
export function stack(batches: readonly Batch[]): Batch {
  if (batches.length === 1) return batches[0]!;
  const joined = joinTrees(batches.map(({ size: _, ...parts }) => parts)) as MappedBatch<Batch['x'], Batch['y']>;
  return { ...joined, size: batches.reduce((sum, { size }) => sum + size, 0) };
}

function joinTrees(trees: readonly unknown[]): unknown {
  const [first] = trees;
  if (first === undefined) return undefined;
  if (isTensor(first)) return concat(trees as readonly Tensor[], 0);
  const at = (key: string | number): unknown =>
    joinTrees(trees.map((tree) => (tree as Record<string | number, unknown>)[key]));
  if (Array.isArray(first)) return first.map((_, i) => at(i));
  return Object.fromEntries(Object.keys(first as object).map((key) => [key, at(key)]));
}
