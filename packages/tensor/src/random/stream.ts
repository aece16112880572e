// Where random keys come from. State is two numbers, on the host: a compiled step is handed a key as it runs.
import { ConfigError } from '../errors.ts';
import { hostLeaf, type Node } from '../graph/node.ts';
import { type Key, randomWords } from './philox.ts';

let generation = 0;

/** What a stream needs to continue exactly where it was. */
export interface RandomState {
  readonly seed: number;
  readonly counter: number;
}

/** A sequence of random keys, a pure function of its seed. */
export class RandomStream {
  #seed: number;
  #counter: number;
  /** Which `setSeed` this stream belongs to; a later one makes it stale. */
  readonly generation: number = generation;

  constructor(seed: number, counter: number = 0) {
    this.#seed = checkSeed(seed);
    this.#counter = counter;
  }

  /** The next key: of one draw outside compiled functions, of one whole run of them. */
  nextKey(): Key {
    return [this.#seed, this.#counter++ | 0];
  }

  /** `count` words of 32 random bits, on the host. */
  words(count: number): Uint32Array {
    return randomWords(this.nextKey(), 0, count);
  }

  /** The numbers 0 to `count - 1` in random order (Fisher-Yates). */
  permutation(count: number): Uint32Array {
    const order = Uint32Array.from({ length: count }, (_, i) => i);
    const words = this.words(count);
    for (let i = count - 1; i > 0; i--) {
      // Multiply-shift maps 32 bits to [0, i]; its bias, below 2^-32 * i, is of no account here.
      const j = Math.floor((words[i]! / 2 ** 32) * (i + 1));
      const held = order[i]!;
      order[i] = order[j]!;
      order[j] = held;
    }
    return order;
  }

  /** A stream of its own, determined by this one. */
  split(): RandomStream {
    return new RandomStream(this.words(1)[0]!);
  }

  get state(): RandomState {
    return { seed: this.#seed, counter: this.#counter };
  }

  /** True once `setSeed` was called after this stream was made. */
  get isStale(): boolean {
    return this.generation !== generation;
  }

  static from(state: RandomState): RandomStream {
    return new RandomStream(state.seed, state.counter);
  }
}

function checkSeed(seed: number): number {
  if (!Number.isSafeInteger(seed)) throw new ConfigError(`setSeed: the seed must be a whole number, got ${seed}.`);
  if (seed >= -(2 ** 31) && seed < 2 ** 32) return seed | 0;
  // Seeds beyond 32 bits stay distinct: their high part is folded in.
  const high = Math.floor(seed / 2 ** 32);
  return (seed ^ Math.imul(high, 0x85ebca6b)) | 0;
}

// Made when first asked for: what a module makes while it loads is kept in every bundle.
let current: RandomStream | null = null;

/** Makes everything random a function of `seed` from here on: initial weights, shuffles, dropout, augmentation. */
export function setSeed(seed: number): void {
  generation++;
  current = new RandomStream(seed);
}

/** The stream that draws come from. */
export function randomStream(): RandomStream {
  current ??= new RandomStream(Math.floor(Math.random() * 2 ** 32));
  return current;
}

/** Runs `f` with draws coming from `stream`. */
export function withRandomStream<T>(stream: RandomStream, f: () => T): T {
  const outer = current;
  current = stream;
  try {
    return f();
  } finally {
    current = outer;
  }
}

/** The draws of one run of a compiled function: one key, told apart by offsets. */
export interface DrawScope {
  key: Node | null;
  count: number;
}

/** A key as a leaf, int32[2]. */
export function keyLeaf(key: Key): Node {
  return hostLeaf(Int32Array.from(key), KEY_SPEC);
}

/** Shape and dtype of keys. */
export const KEY_SPEC: { readonly shape: readonly [2]; readonly dtype: 'int32' } = { shape: [2], dtype: 'int32' };
