// FarmHash's 64-bit fingerprint, which stays the same on all machines and in all versions: TensorFlow and Keras put words into
// bins by it. After the published algorithm of Geoff Pike, https://github.com/google/farmhash (farmhashna).
import { rotatedRight as rotated, shiftMixed, wrapped } from './words.ts';

const [K0, K1, K2] = [0xc3a5c85c97cb3127n, 0xb492b66fbe98f273n, 0x9ae16a3b2f90404fn] as const;
const SEED = 81n;
const BLOCK = 64;

type Pair = readonly [bigint, bigint];

/** The fingerprint of some bytes, from 0 to 2^64 - 1. */
export function fingerprint64(bytes: Uint8Array): bigint {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const word = (at: number): bigint => view.getBigUint64(at, true);
  const size = bytes.length;
  if (size > BLOCK) return ofBlocks(word, size);
  if (size > 16) return ofUpTo64(word, size);
  if (size >= 8) {
    const factor = factorFor(size);
    const [a, b] = [wrapped(word(0) + K2), word(size - 8)];
    const c = wrapped(rotated(b, 37) * factor + a);
    return joined(c, wrapped((rotated(a, 25) + b) * factor), factor);
  }
  if (size >= 4) {
    const [first, last] = [BigInt(view.getUint32(0, true)), BigInt(view.getUint32(size - 4, true))];
    return joined(BigInt(size) + (first << 3n), last, factorFor(size));
  }
  if (size === 0) return K2;
  const low = BigInt(bytes[0]! + (bytes[size >> 1]! << 8));
  const high = BigInt(size + (bytes[size - 1]! << 2));
  return wrapped(shiftMixed(wrapped(low * K2) ^ wrapped(high * K0)) * K2);
}

/** A fingerprint of two, in which their order counts. */
export function joinedFingerprint(first: bigint, second: bigint): bigint {
  const factor = 0xc6a4a7935bd1e995n;
  const mixed = wrapped(shiftMixed(wrapped(second * factor)) * factor);
  const product = wrapped((first ^ factor ^ mixed) * factor);
  return shiftMixed(wrapped(shiftMixed(product) * factor));
}

function factorFor(size: number): bigint {
  return K2 + BigInt(2 * size);
}

function joined(u: bigint, v: bigint, factor: bigint): bigint {
  const a = shiftMixed(wrapped((u ^ v) * factor));
  return wrapped(shiftMixed(wrapped((v ^ a) * factor)) * factor);
}

function ofUpTo64(word: (at: number) => bigint, size: number): bigint {
  const factor = factorFor(size);
  const long = size > 32;
  const a = wrapped(word(0) * (long ? K2 : K1));
  const [b, c, d] = [word(8), wrapped(word(size - 8) * factor), wrapped(word(size - 16) * K2)];
  const y = wrapped(rotated(wrapped(a + b), 43) + rotated(c, 30) + d);
  const z = joined(y, wrapped(a + rotated(wrapped(b + K2), 18) + c), factor);
  if (!long) return z;
  const [e, f] = [wrapped(word(16) * factor), word(24)];
  const g = wrapped((y + word(size - 32)) * factor);
  const h = wrapped((z + word(size - 24)) * factor);
  return joined(
    wrapped(rotated(wrapped(e + f), 43) + rotated(g, 30) + h),
    wrapped(e + rotated(wrapped(f + a), 18) + g),
    factor,
  );
}

/** State that takes up 64 bytes at a time; the last 64 bytes, which may overlap the block before, are taken up last. */
function ofBlocks(word: (at: number) => bigint, size: number): bigint {
  const y = wrapped(SEED * K1 + 113n);
  const state = {
    x: wrapped(SEED * K2 + word(0)),
    y,
    z: wrapped(shiftMixed(wrapped(y * K2 + 113n)) * K2),
    v: [0n, 0n] as Pair,
    w: [0n, 0n] as Pair,
  };
  const take = (at: number, factor: bigint, weight: bigint): void => {
    const { v, w } = state;
    const x = wrapped(rotated(wrapped(state.x + state.y + v[0] + word(at + 8)), 37) * factor) ^ wrapped(w[1] * weight);
    const y = wrapped(rotated(wrapped(state.y + v[1] + word(at + 48)), 42) * factor + v[0] * weight + word(at + 40));
    const z = wrapped(rotated(wrapped(state.z + w[0]), 33) * factor);
    state.v = ofHalf(word, at, wrapped(v[1] * factor), wrapped(x + w[0]));
    state.w = ofHalf(word, at + 32, wrapped(z + w[1]), wrapped(y + word(at + 16)));
    [state.x, state.y, state.z] = [z, y, x];
  };
  const end = Math.floor((size - 1) / BLOCK) * BLOCK;
  for (let at = 0; at < end; at += BLOCK) take(at, K1, 1n);

  const factor = wrapped(K1 + ((state.z & 0xffn) << 1n));
  const rest = wrapped(state.w[0] + BigInt((size - 1) % BLOCK));
  state.v = [wrapped(state.v[0] + rest), state.v[1]];
  state.w = [wrapped(rest + state.v[0]), state.w[1]];
  take(size - BLOCK, factor, 9n);
  const { v, w, x, z } = state;
  return joined(
    wrapped(joined(v[0], w[0], factor) + shiftMixed(state.y) * K0 + z),
    wrapped(joined(v[1], w[1], factor) + x),
    factor,
  );
}

/** 32 bytes and two words as two words. */
function ofHalf(word: (at: number) => bigint, at: number, first: bigint, second: bigint): Pair {
  const start = wrapped(first + word(at));
  const last = word(at + 24);
  const sum = wrapped(start + word(at + 8) + word(at + 16));
  const turned = rotated(wrapped(second + start + last), 21);
  return [wrapped(sum + last), wrapped(turned + rotated(sum, 44) + start)];
}
