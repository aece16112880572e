// SipHash-2-4: a hash with a secret key. Aumasson and Bernstein, 2012, https://www.aumasson.jp/siphash/siphash.pdf
import { rotatedLeft as rotated, wrapped } from './words.ts';

/** Two words of 64 bits. */
export type SipKey = readonly [bigint, bigint];

/** The hash of some bytes, from 0 to 2^64 - 1. */
export function sipHash64(bytes: Uint8Array, [k0, k1]: SipKey): bigint {
  // "somepseudorandomlygeneratedbytes", in words.
  let [a, b, c, d] = [
    k0 ^ 0x736f6d6570736575n,
    k1 ^ 0x646f72616e646f6dn,
    k0 ^ 0x6c7967656e657261n,
    k1 ^ 0x7465646279746573n,
  ];
  const round = (): void => {
    a = wrapped(a + b);
    c = wrapped(c + d);
    b = rotated(b, 13) ^ a;
    d = rotated(d, 16) ^ c;
    a = rotated(a, 32);
    c = wrapped(c + b);
    a = wrapped(a + d);
    b = rotated(b, 17) ^ c;
    d = rotated(d, 21) ^ a;
    c = rotated(c, 32);
  };
  const padded = new Uint8Array((Math.floor(bytes.length / 8) + 1) * 8);
  padded.set(bytes);
  padded[padded.length - 1] = bytes.length & 0xff;
  const view = new DataView(padded.buffer);
  for (let at = 0; at < padded.length; at += 8) {
    const word = view.getBigUint64(at, true);
    d ^= word;
    round();
    round();
    a ^= word;
  }
  c ^= 0xffn;
  for (let i = 0; i < 4; i++) round();
  return a ^ b ^ c ^ d;
}
