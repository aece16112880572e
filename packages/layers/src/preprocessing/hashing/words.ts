// Arithmetic of 64-bit words, modulo 2^64.

/** The lowest 64 bits. */
export function wrapped(word: bigint): bigint {
  return BigInt.asUintN(64, word);
}

/** Bits moved to the right; those that leave on that side come back on the left. */
export function rotatedRight(word: bigint, bits: number): bigint {
  return (word >> BigInt(bits)) | wrapped(word << BigInt(64 - bits));
}

/** Bits moved to the left; those that leave on that side come back on the right. */
export function rotatedLeft(word: bigint, bits: number): bigint {
  return rotatedRight(word, 64 - bits);
}

/** The upper 17 bits mixed into the lower ones. */
export function shiftMixed(word: bigint): bigint {
  return word ^ (word >> 47n);
}

/** Bytes of a text in UTF-8. */
export function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
