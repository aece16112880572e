// Philox4x32-10, the counter-based generator of Salmon et al., "Parallel random numbers: as easy as 1, 2, 3" (SC 2011).
// Random numbers are a pure function of key and counter, so every backend can compute the same bits in any order.

const M0 = 0xd2511f53;
const M1 = 0xcd9e8d57;
const W0 = 0x9e3779b9;
const W1 = 0xbb67ae85;

/** The second key word of all of Nabla's streams ("Nabl"). */
const SALT = 0x4e61626c;

function high32(a: number, b: number): number {
  const aLow = a & 0xffff;
  const aHigh = a >>> 16;
  const bLow = b & 0xffff;
  const bHigh = b >>> 16;
  const middle = aHigh * bLow + ((aLow * bLow) >>> 16);
  const cross = aLow * bHigh + (middle & 0xffff);
  return (aHigh * bHigh + Math.floor(middle / 65536) + Math.floor(cross / 65536)) >>> 0;
}

/** One block of four 32-bit words (as unsigned numbers) for a key of two and a counter of four words. */
export function philox4x32(
  key: readonly [number, number],
  counter: readonly [number, number, number, number],
): [number, number, number, number] {
  let [k0, k1] = key;
  let [c0, c1, c2, c3] = counter;
  for (let round = 0; round < 10; round++) {
    const h0 = high32(M0, c0 >>> 0);
    const l0 = Math.imul(M0, c0);
    const h1 = high32(M1, c2 >>> 0);
    const l1 = Math.imul(M1, c2);
    [c0, c1, c2, c3] = [h1 ^ c1 ^ k0, l1, h0 ^ c3 ^ k1, l0];
    k0 = (k0 + W0) | 0;
    k1 = (k1 + W1) | 0;
  }
  return [c0 >>> 0, c1 >>> 0, c2 >>> 0, c3 >>> 0];
}

/** A random key: seed and draw number. */
export type Key = readonly [seed: number, counter: number];

/**
 * `count` words of 32 random bits for one draw: word `i` is word `i % 4` of the block with counter
 * `(floor(i / 4), 0, key[1], offset)` under the key words `(key[0], 0x4E61626C)`.
 */
export function randomWords(key: Key, offset: number, count: number): Uint32Array {
  const words = new Uint32Array(count);
  for (let block = 0; block * 4 < count; block++) {
    const four = philox4x32([key[0], SALT], [block, 0, key[1], offset]);
    for (let i = 0; i < 4 && block * 4 + i < count; i++) words[block * 4 + i] = four[i]!;
  }
  return words;
}
