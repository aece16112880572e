// How values of ours lie in textures: four neighbouring elements a texel, texels row by row, rows of a power of two, so that
// finding an element takes shifts and no divisions.

/** The sides of a texture, in texels. */
export interface Extent {
  readonly width: number;
  readonly rows: number;
}

/** The texture for a number of texels, about square. */
export function extentOf(texels: number): Extent {
  const width = 2 ** Math.max(0, Math.ceil(Math.log2(Math.sqrt(texels))));
  return { width, rows: Math.max(1, Math.ceil(texels / width)) };
}

/** Texels that hold `size` elements. */
export function quadsOf(size: number): number {
  return Math.ceil(size / 4);
}

/** `expression / divisor` for integers from 0 to `limit`, as GLSL that devices without integer division do quickly. */
export function quotient(expression: string, divisor: number, limit: number): string {
  if (divisor === 1) return `(${expression})`;
  const power = Math.log2(divisor);
  if (Number.isInteger(power)) return `((${expression}) >> ${power})`;
  // Exact: the nearest other multiple is half a step away, and floats keep 24 bits.
  return limit < 2 ** 21 ? `int((float(${expression}) + 0.5) / ${divisor}.0)` : `((${expression}) / ${divisor})`;
}

/** `name % divisor` for a variable from 0 to `limit`. */
export function remainder(name: string, divisor: number, limit: number): string {
  if (divisor === 1) return '0';
  return Number.isInteger(Math.log2(divisor))
    ? `(${name} & ${divisor - 1})`
    : `(${name} - ${quotient(name, divisor, limit)} * ${divisor})`;
}
