// What booleans, one byte each, need on their way to and from 32-bit lanes.
import { type Of1, type Of2, vectors } from './vector.ts';

/** Widens the low eight unsigned bytes to 16 bits; `i32x4.extendLowU` takes them on. */
export const extendLowU: Of1 = vectors(0x89);
/** Eight 32-bit lanes to 16 bits, saturating. */
export const narrow32: Of2 = vectors(0x86);
/** Sixteen 16-bit lanes to unsigned bytes, saturating. */
export const narrow16: Of2 = vectors(0x66);
