import type { Batch } from './batch.ts';
import { stack } from './mapped.ts';
import type { Stage } from './stage.ts';

/** Elements as they came the first time, kept in memory and asked for only once. */
export function cached(inner: Stage): Stage {
  const kept: (Promise<Batch> | undefined)[] = [];
  return {
    length: inner.length,
    begin(epoch) {
      const fetch = inner.begin(epoch);
      const one = (index: number): Promise<Batch> => {
        const coming = kept[index] ?? fetch(Uint32Array.of(index));
        kept[index] = coming;
        // What failed is asked for again.
        coming.catch(() => {
          if (kept[index] === coming) kept[index] = undefined;
        });
        return coming;
      };
      return async (indices) => stack(await Promise.all(Array.from(indices, one)));
    },
  };
}
