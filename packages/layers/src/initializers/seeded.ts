import { RandomStream, withRandomStream } from '@nablajs/tensor';
import { type Field, optional, whole } from '../base/options.ts';

/** The option `seed`: by default the global stream, which `setSeed` governs. */
export const seed: Field<number | null> = optional(whole());

/** Runs `f` with draws from a stream of its own when there is a seed, so that it gives the same every time. */
export function seeded<T>(seed: number | null, f: () => T): T {
  return seed === null ? f() : withRandomStream(new RandomStream(seed), f);
}
