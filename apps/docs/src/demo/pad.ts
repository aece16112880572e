// Ink on a canvas. Only its opacity counts; the page's style sheet gives it a colour that fits the theme.
import type { GreyImage } from './normalize.ts';
import { SIDE } from './protocol.ts';

/** Pixels on each side of the drawing. */
export const RESOLUTION: number = 16 * SIDE;
const PEN = RESOLUTION / 13;

/** A square drawing. */
export class Pad {
  readonly #canvas: HTMLCanvasElement;
  readonly #context: CanvasRenderingContext2D;
  #last: readonly [number, number] | null = null;

  constructor(canvas: HTMLCanvasElement) {
    canvas.width = RESOLUTION;
    canvas.height = RESOLUTION;
    this.#canvas = canvas;
    this.#context = canvas.getContext('2d', { willReadFrequently: true })!;
    this.#context.lineCap = 'round';
    this.#context.lineJoin = 'round';
    this.#context.lineWidth = PEN;
  }

  clear(): void {
    this.#context.clearRect(0, 0, RESOLUTION, RESOLUTION);
  }

  /** Puts the pen down at a place of the window. */
  down(clientX: number, clientY: number): void {
    this.#last = this.#place(clientX, clientY);
    this.#line(this.#last, this.#last);
  }

  /** Draws on to a place, while the pen is down. */
  move(clientX: number, clientY: number): void {
    if (!this.#last) return;
    const next = this.#place(clientX, clientY);
    this.#line(this.#last, next);
    this.#last = next;
  }

  up(): void {
    this.#last = null;
  }

  get isDown(): boolean {
    return this.#last !== null;
  }

  /** Replaces the drawing by an image of 28 x 28 pixels, 0 to 1. */
  show(pixels: Float32Array): void {
    const small = document.createElement('canvas');
    paint(small, pixels);
    this.clear();
    this.#context.imageSmoothingQuality = 'high';
    this.#context.drawImage(small, 0, 0, RESOLUTION, RESOLUTION);
  }

  /** The drawing as grey values. */
  image(): GreyImage {
    const { data } = this.#context.getImageData(0, 0, RESOLUTION, RESOLUTION);
    const values = new Float32Array(RESOLUTION * RESOLUTION);
    for (let i = 0; i < values.length; i++) values[i] = data[4 * i + 3]! / 255;
    return { values, side: RESOLUTION };
  }

  #place(clientX: number, clientY: number): readonly [number, number] {
    const { left, top, width, height } = this.#canvas.getBoundingClientRect();
    return [((clientX - left) / width) * RESOLUTION, ((clientY - top) / height) * RESOLUTION];
  }

  #line([x0, y0]: readonly [number, number], [x1, y1]: readonly [number, number]): void {
    this.#context.beginPath();
    this.#context.moveTo(x0, y0);
    this.#context.lineTo(x1, y1);
    this.#context.stroke();
  }
}

/** Shows 28 x 28 pixels, 0 to 1, as ink of that opacity. */
export function paint(canvas: HTMLCanvasElement, pixels: Float32Array | null): void {
  canvas.width = SIDE;
  canvas.height = SIDE;
  if (!pixels) return;
  const context = canvas.getContext('2d')!;
  const image = context.createImageData(SIDE, SIDE);
  for (const [i, value] of pixels.entries()) image.data[4 * i + 3] = Math.round(255 * value);
  context.putImageData(image, 0, 0);
}

/** One of the sample images, 0 to 1. */
export function sampleAt(images: Uint8Array, index: number): Float32Array {
  return Float32Array.from(images.subarray(index * SIDE * SIDE, (index + 1) * SIDE * SIDE), (value) => value / 255);
}
