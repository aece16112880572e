// What a stream does to its elements, one async generator each. Breaking off a loop ends all generators before it.
import type { RandomStream } from '@nablajs/tensor';

type Flow<T> = AsyncGenerator<T, void, undefined>;

/** `f` of each element. */
export async function* transformed<T, U>(elements: AsyncIterable<T>, f: (element: T) => U | Promise<U>): Flow<U> {
  for await (const element of elements) yield await f(element);
}

/** The elements that `keep` is true for. */
export async function* filtered<T>(
  elements: AsyncIterable<T>,
  keep: (element: T) => boolean | Promise<boolean>,
): Flow<T> {
  for await (const element of elements) if (await keep(element)) yield element;
}

/** The first `count` elements. */
export async function* limited<T>(elements: AsyncIterable<T>, count: number): Flow<T> {
  let left = count;
  if (left === 0) return;
  for await (const element of elements) {
    yield element;
    if (--left === 0) return;
  }
}

/** All but the first `count` elements. */
export async function* without<T>(elements: AsyncIterable<T>, count: number): Flow<T> {
  let left = count;
  for await (const element of elements) if (left-- <= 0) yield element;
}

/** Random numbers are drawn in blocks: a key for each would cost more than the element. */
const BLOCK = 1024;

/** Each element is drawn from a buffer of the next `size`. */
export async function* mixed<T>(elements: AsyncIterable<T>, size: number, random: RandomStream): Flow<T> {
  const buffer: T[] = [];
  let words: Uint32Array = new Uint32Array(0);
  let at = 0;
  const draw = (): T => {
    if (at === words.length) [words, at] = [random.words(BLOCK), 0];
    const chosen = Math.floor((words[at++]! / 2 ** 32) * buffer.length);
    const element = buffer[chosen]!;
    const last = buffer.pop()!;
    if (chosen < buffer.length) buffer[chosen] = last;
    return element;
  };
  for await (const element of elements) {
    buffer.push(element);
    if (buffer.length === size) yield draw();
  }
  while (buffer.length > 0) yield draw();
}

/** Lists of `size` elements, in order; the last one may be shorter, or is dropped. */
export async function* chunked<T>(elements: AsyncIterable<T>, size: number, dropRemainder: boolean): Flow<T[]> {
  let chunk: T[] = [];
  for await (const element of elements) {
    chunk.push(element);
    if (chunk.length < size) continue;
    yield chunk;
    chunk = [];
  }
  if (chunk.length > 0 && !dropRemainder) yield chunk;
}

/** Elements wait in their bucket until it is full; what is left over comes at the end, bucket by bucket. */
export async function* bucketed<T>(
  elements: AsyncIterable<T>,
  bucketOf: (element: T) => number,
  sizes: readonly number[],
): Flow<T[]> {
  const buckets: T[][] = sizes.map(() => []);
  for await (const element of elements) {
    const number = bucketOf(element);
    const bucket = buckets[number]!;
    bucket.push(element);
    if (bucket.length < sizes[number]!) continue;
    yield bucket;
    buckets[number] = [];
  }
  for (const bucket of buckets) if (bucket.length > 0) yield bucket;
}

/** Up to `count` elements are made while one is in use. */
export async function* ahead<T>(elements: AsyncIterable<T>, count: number): Flow<T> {
  const source = elements[Symbol.asyncIterator]();
  const coming: Promise<IteratorResult<T>>[] = [];
  try {
    while (true) {
      while (coming.length <= count) {
        const next = source.next();
        // Awaited below, in order; a failure must not count as unhandled until then, nor after an early break.
        next.catch(() => {});
        coming.push(next);
      }
      const step = await coming.shift()!;
      if (step.done) return;
      yield step.value;
    }
  } finally {
    await source.return?.();
  }
}
