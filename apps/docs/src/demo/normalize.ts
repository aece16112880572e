// A drawing as MNIST would hold it: 20 pixels tall or wide, its centre of mass in the middle of 28 x 28.
import { SIDE } from './protocol.ts';

const BOX = 20;
const FAINT = 0.05;

/** A square grey image, row-major, 0 (paper) to 1 (ink). */
export interface GreyImage {
  readonly values: Float32Array;
  readonly side: number;
}

interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** The 784 pixels a network sees, or `null` for an empty drawing. */
export function normalized(image: GreyImage): Float32Array | null {
  const box = inkBox(image);
  if (box === null) return null;
  const scale = BOX / Math.max(box.width, box.height);
  const [width, height] = [Math.max(1, Math.round(box.width * scale)), Math.max(1, Math.round(box.height * scale))];
  const small = shrink(image, box, width, height);
  const [cx, cy] = centreOfMass(small, width);
  const [left, top] = [clamp(SIDE / 2 - cx, SIDE - width), clamp(SIDE / 2 - cy, SIDE - height)];
  const pixels = new Float32Array(SIDE * SIDE);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) pixels[(top + y) * SIDE + left + x] = small[y * width + x]!;
  }
  return pixels;
}

function clamp(value: number, most: number): number {
  return Math.max(0, Math.min(most, Math.round(value)));
}

function inkBox({ values, side }: GreyImage): Box | null {
  let [left, top, right, bottom] = [side, side, -1, -1];
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      if (values[y * side + x]! <= FAINT) continue;
      left = Math.min(left, x);
      right = Math.max(right, x);
      top = Math.min(top, y);
      bottom = Math.max(bottom, y);
    }
  }
  return right < 0 ? null : { left, top, width: right - left + 1, height: bottom - top + 1 };
}

/** Each target pixel is the mean of the source pixels it covers. */
function shrink({ values, side }: GreyImage, box: Box, width: number, height: number): Float32Array {
  const out = new Float32Array(width * height);
  for (let y = 0; y < height; y++) {
    const [y0, y1] = span(box.top, box.height, y, height);
    for (let x = 0; x < width; x++) {
      const [x0, x1] = span(box.left, box.width, x, width);
      let sum = 0;
      for (let v = y0; v < y1; v++) for (let u = x0; u < x1; u++) sum += values[v * side + u]!;
      out[y * width + x] = sum / ((y1 - y0) * (x1 - x0));
    }
  }
  return out;
}

function span(start: number, length: number, index: number, parts: number): [number, number] {
  const from = start + Math.floor((index * length) / parts);
  return [from, Math.max(from + 1, start + Math.ceil(((index + 1) * length) / parts))];
}

function centreOfMass(values: Float32Array, width: number): [number, number] {
  let [mass, mx, my] = [0, 0, 0];
  for (const [i, value] of values.entries()) {
    mass += value;
    mx += value * ((i % width) + 0.5);
    my += value * (Math.floor(i / width) + 0.5);
  }
  return [mx / mass, my / mass];
}
