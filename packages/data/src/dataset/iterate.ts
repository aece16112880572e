import type { Batch } from './batch.ts';
import type { Fetch, Resource } from './stage.ts';

/** One pass over elements 0 to `length - 1`, with up to `ahead` of them in preparation while one is in use. */
export async function* iterate(
  fetch: Fetch,
  length: number,
  ahead: number,
  resources: readonly Resource[],
): AsyncGenerator<Batch, void, undefined> {
  const coming: Promise<Batch>[] = [];
  let next = 0;
  const prepare = (): void => {
    const index = next++;
    const batch = Promise.resolve().then(() => fetch(Uint32Array.of(index)));
    // Awaited below, in order; a failure must not count as unhandled until then, nor after an early break.
    batch.catch(() => {});
    coming.push(batch);
  };
  for (const resource of resources) resource.open();
  try {
    while (next < length || coming.length > 0) {
      while (next < length && coming.length <= ahead) prepare();
      yield await coming.shift()!;
    }
  } finally {
    for (const resource of resources) resource.close();
  }
}
