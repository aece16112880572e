// IEEE 754 binary16 on hosts that have no such numbers: 11 significant bits, exponents -14 to 15.

const LARGEST_EXPONENT = 15;
const SMALLEST_EXPONENT = -14;
/** Bits behind the leading one. */
const FRACTION = 10;

const scratch = new DataView(new ArrayBuffer(8));

/** The whole part of the binary logarithm of a normal number. */
function exponentOf(x: number): number {
  scratch.setFloat64(0, x);
  return ((scratch.getUint16(0) >> 4) & 0x7ff) - 1023;
}

/** The nearest number that half precision has; ties go to the even one, what is too large is infinite. */
export function roundToHalf(x: number): number {
  const size = Math.abs(x);
  if (size === 0 || !(size < Number.POSITIVE_INFINITY)) return x;
  const exponent = exponentOf(size);
  if (exponent > LARGEST_EXPONENT) return x < 0 ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  // Beside this number float64 has no bits left below the last one of a half, and rounds as IEEE 754 does.
  const coarse = 2 ** (Math.max(exponent, SMALLEST_EXPONENT) - FRACTION + 52);
  const rounded = size + coarse - coarse;
  const limited = rounded >= 2 ** (LARGEST_EXPONENT + 1) ? Number.POSITIVE_INFINITY : rounded;
  return x < 0 ? -limited : limited;
}

/** Numbers rounded to half precision: bits of IEEE 754 binary16, as files and devices hold them. */
export function halfBits(values: ArrayLike<number>): Uint16Array {
  return Uint16Array.from(values, bitsOf);
}

/** The numbers that bits of IEEE 754 binary16 stand for; all of them are float32 numbers too. */
export function fromHalfBits(bits: ArrayLike<number>): Float32Array {
  return Float32Array.from(bits, halfToNumber);
}

function bitsOf(x: number): number {
  const sign = x < 0 || Object.is(x, -0) ? 0x8000 : 0;
  if (Number.isNaN(x)) return 0x7e00;
  const size = Math.abs(roundToHalf(x));
  if (size === Number.POSITIVE_INFINITY) return sign | 0x7c00;
  if (size < 2 ** SMALLEST_EXPONENT) return sign | (size * 2 ** (FRACTION - SMALLEST_EXPONENT));
  const exponent = exponentOf(size);
  return sign | (((exponent + LARGEST_EXPONENT) << FRACTION) + (size * 2 ** (FRACTION - exponent) - 2 ** FRACTION));
}

/** The number that 16 bits of IEEE 754 binary16 stand for. */
export function halfToNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> FRACTION) & 31;
  const fraction = bits & 1023;
  if (exponent === 0) return sign * fraction * 2 ** (SMALLEST_EXPONENT - FRACTION);
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1024 + fraction) * 2 ** (exponent - LARGEST_EXPONENT - FRACTION);
}
