// Hashes against published values, and bins against those in the documentation and tests of Keras.
import { expect, test } from 'vitest';
import { HashedCrossing, Hashing } from '../../src/index.ts';
import { fingerprint64 } from '../../src/preprocessing/hashing/farm-hash.ts';
import { sipHash64 } from '../../src/preprocessing/hashing/sip-hash.ts';
import { bytesOf } from '../../src/preprocessing/hashing/words.ts';
import { onReference } from '../kit.ts';

onReference();

const signed = (text: string): bigint => BigInt.asIntN(64, fingerprint64(bytesOf(text)));

test('FarmHash64 of 0 to 256 bytes, as Guava and others publish it', () => {
  expect(signed('')).toBe(BigInt.asIntN(64, 0x9ae16a3b2f90404fn));
  expect(signed('test')).toBe(8581389452482819506n);
  expect(signed('test'.repeat(8))).toBe(-4196240717365766262n);
  expect(signed('test'.repeat(64))).toBe(3500507768004279527n);
  const published: readonly (readonly [string, bigint])[] = [
    ['WW5', 6316074107149058620n],
    ['&QEO\\', 673322083973757863n],
    ['P9|0-Xg', 15614415556471156694n],
    ['^b2z)XYJ\\95', 3150268469206098298n],
    ['M)(iJ1-nf>5XCc0L?', 9968500208262240300n],
    ['9>Nleb)=|CR#4=G2&7[HOP', 10511875379468936029n],
    ['n?(o|a[EX|KN-9./=tCVEmN%?<MXe8F<', 1754206644017466002n],
    ['girded_heave:30aebf7f-8a0c-4b89-adbc-b010b0619f94', 4262921022933957472n],
    ['hubbubs_parked:b97ff960-af53-42a2-b5fe-9b8e248012f9', 1116732196685121691n],
  ];
  for (const [text, hash] of published) expect(fingerprint64(bytesOf(text)), text).toBe(hash);
});

test('SipHash-2-4, the vectors of its authors', () => {
  const key = [0x0706050403020100n, 0x0f0e0d0c0b0a0908n] as const;
  const count = (size: number): Uint8Array => Uint8Array.from({ length: size }, (_, i) => i);
  expect(sipHash64(count(0), key)).toBe(0x726fdb47dd0e0e31n);
  expect(sipHash64(count(1), key)).toBe(0x74f839c593dc67fdn);
  expect(sipHash64(count(15), key)).toBe(0xa129ca6149be45e5n);
});

test('Hashing gives the bins of Keras', async () => {
  const letters = [['A'], ['B'], ['C'], ['D'], ['E']];
  const bins = async (layer: Hashing, values: Parameters<Hashing['encode']>[0]) => layer.encode(values).array();
  expect(await bins(new Hashing(3), letters)).toEqual([[1], [0], [1], [1], [2]]);
  expect(await bins(new Hashing(3, { maskValue: '' }), [['A'], ['B'], [''], ['C'], ['D']])).toEqual([
    [1],
    [1],
    [0],
    [2],
    [2],
  ]);
  expect(await bins(new Hashing(3, { salt: [133, 137] }), letters)).toEqual([[1], [2], [1], [0], [2]]);
  expect(await bins(new Hashing(3, { salt: 133 }), letters)).toEqual([[0], [0], [2], [1], [0]]);
  expect(await bins(new Hashing(1), letters)).toEqual([[0], [0], [0], [0], [0]]);
  const names = ['omar', 'stringer', 'marlo', 'wire', 'skywalker'];
  expect(await bins(new Hashing(2), names)).toEqual([0, 0, 1, 0, 0]);
  expect(await bins(new Hashing(2, { salt: [211, 137] }), names)).toEqual([1, 0, 1, 0, 1]);
  expect(await bins(new Hashing(3), [0, 1, 2, 3, 4])).toEqual([1, 0, 1, 0, 2]);
  expect(await bins(new Hashing(3, { salt: [133, 137] }), [0, 1, 2, 3, 4])).toEqual([1, 1, 2, 0, 1]);
  expect(
    await bins(new Hashing(3, { outputMode: 'multiHot' }), [
      ['A', 'B'],
      ['C', 'D'],
    ]),
  ).toEqual([
    [1, 1, 0],
    [0, 1, 0],
  ]);
});

test('HashedCrossing gives the bins of Keras', async () => {
  const features = [
    ['A', 'B', 'A', 'B', 'A'],
    [101, 101, 101, 102, 102],
  ];
  expect(await new HashedCrossing(5).encode(features).array()).toEqual([1, 4, 1, 1, 3]);
  expect(await new HashedCrossing(10).encode(['A', 101]).array()).toBe(1);
  const vectors = await new HashedCrossing(5, { outputMode: 'oneHot' }).encode(features).argMax(-1).array();
  expect(vectors).toEqual([1, 4, 1, 1, 3]);
  expect(() => new HashedCrossing(5).encode([['A']])).toThrow(/two or more features/);
  expect(() => new HashedCrossing(5).encode([['A'], [1, 2]])).toThrow(/same shape/);
  expect(() => new HashedCrossing(5).encode([['A'], [1.5]])).toThrow(/must be whole/);
});
