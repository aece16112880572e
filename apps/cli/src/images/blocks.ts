import type { Image } from './image.ts';

const SHADES = [' ', '░', '▒', '▓', '█'];

/** A small grey image as characters, two per pixel so that it keeps its shape; denser where brighter. Dark edges are cut. */
export function blocks({ data, width, height }: Image): string {
  const shade = (value: number): string =>
    SHADES[Math.min(SHADES.length - 1, Math.floor(value * SHADES.length))]!.repeat(2);
  return Array.from({ length: height }, (_, y) =>
    Array.from(data.subarray(y * width, (y + 1) * width), shade)
      .join('')
      .trimEnd(),
  )
    .join('\n')
    .replace(/^\n+|\n+$/g, '');
}
