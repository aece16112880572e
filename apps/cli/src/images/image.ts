/** Pixels from 0 to 1: row-major, channels last (1: grey, 3: red, green, blue). */
export interface Image {
  readonly data: Float32Array;
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
}

/** The image in the number of channels a model takes. Grey is the luma of ITU-R BT.601, as PNG viewers compute it. */
export function withChannels(image: Image, channels: 1 | 3): Image {
  if (image.channels === channels) return image;
  const pixels = image.width * image.height;
  const data = new Float32Array(pixels * channels);
  for (let i = 0; i < pixels; i++) {
    if (channels === 3) data.fill(image.data[i]!, 3 * i, 3 * i + 3);
    else data[i] = 0.299 * image.data[3 * i]! + 0.587 * image.data[3 * i + 1]! + 0.114 * image.data[3 * i + 2]!;
  }
  return { ...image, data, channels };
}

/** Dark where it was bright. */
export function inverted(image: Image): Image {
  return { ...image, data: image.data.map((value) => 1 - value) };
}

/** Mean brightness along the edge, where the background usually is. */
export function edgeBrightness({ data, width, height, channels }: Image): number {
  let sum = 0;
  let count = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (x > 0 && x < width - 1 && y > 0 && y < height - 1) continue;
      for (let c = 0; c < channels; c++, count++) sum += data[(y * width + x) * channels + c]!;
    }
  }
  return sum / count;
}
