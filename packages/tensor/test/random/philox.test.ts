import { philox4x32, randomWords } from '@nablajs/tensor';
import { expect, test } from 'vitest';

// The known answers for philox4x32-10 published with the Random123 library (kat_vectors).
const KNOWN: readonly (readonly [counter: readonly number[], key: readonly number[], words: readonly number[]])[] = [
  [
    [0x00000000, 0x00000000, 0x00000000, 0x00000000],
    [0x00000000, 0x00000000],
    [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8],
  ],
  [
    [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff],
    [0xffffffff, 0xffffffff],
    [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd],
  ],
  // Digits of pi.
  [
    [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
    [0xa4093822, 0x299f31d0],
    [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1],
  ],
];

test.each(KNOWN)('counter %j, key %j', (counter, key, words) => {
  expect(philox4x32(key as [number, number], counter as [number, number, number, number])).toEqual(words);
});

test('signed and unsigned words are the same words', () => {
  const [counter, key, words] = KNOWN[2]!;
  const signed = (list: readonly number[]): number[] => list.map((word) => word | 0);
  expect(philox4x32(signed(key) as [number, number], signed(counter) as [number, number, number, number])).toEqual(
    words,
  );
});

/** The same generator in big integers, from the paper's text. */
function slowPhilox(key: readonly number[], counter: readonly number[]): number[] {
  const mask = 0xffffffffn;
  let [k0, k1] = key.map((word) => BigInt(word >>> 0)) as [bigint, bigint];
  let [c0, c1, c2, c3] = counter.map((word) => BigInt(word >>> 0)) as [bigint, bigint, bigint, bigint];
  for (let round = 0; round < 10; round++) {
    const [p0, p1] = [c0 * 0xd2511f53n, c2 * 0xcd9e8d57n];
    [c0, c1, c2, c3] = [(p1 >> 32n) ^ c1 ^ k0, p1 & mask, (p0 >> 32n) ^ c3 ^ k1, p0 & mask];
    k0 = (k0 + 0x9e3779b9n) & mask;
    k1 = (k1 + 0xbb67ae85n) & mask;
  }
  return [c0, c1, c2, c3].map(Number);
}

test('words of a draw: blocks counted from 0, key and salt as documented', () => {
  const words = randomWords([-5, 9], 3, 4 * 50 + 2);
  for (let block = 0; block <= 50; block++) {
    const expected = slowPhilox([-5, 0x4e61626c], [block, 0, 9, 3]);
    const found = [...words.subarray(block * 4, block * 4 + 4)];
    expect(found).toEqual(expected.slice(0, found.length));
  }
});
