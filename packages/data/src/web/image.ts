import { ConfigError, fromData, type Tensor } from '@nablajs/tensor';

/** What a page can show: pictures, canvases, bitmaps, pixels, and the frame a video is at. */
export type ImageSource =
  | HTMLImageElement
  | HTMLCanvasElement
  | OffscreenCanvas
  | HTMLVideoElement
  | ImageBitmap
  | VideoFrame
  | ImageData;

/** Options of {@link imageToTensor}. */
export interface ImageOptions {
  /** 1: brightness, 3: red, green, blue, 4: and opacity. Default 3. */
  readonly channels?: 1 | 3 | 4;
  /** `[height, width]` to scale to, smoothly. Default: as it is. */
  readonly size?: readonly [number, number];
  /** What the brightest value, 255, becomes. Default 1, for values from 0 to 1. */
  readonly scale?: number;
}

/**
 * A picture as float32 `[height, width, channels]`. Brightness is 0.299 red + 0.587 green + 0.114 blue (ITU-R BT.601).
 * @throws ConfigError when the picture has not arrived yet, or comes from another site that does not allow reading it
 * @example const digit = imageToTensor(canvas, { channels: 1, size: [28, 28] }); // [28, 28, 1]
 */
export function imageToTensor(source: ImageSource, { channels = 3, size, scale = 1 }: ImageOptions = {}): Tensor {
  if (![1, 3, 4].includes(channels)) {
    throw new ConfigError(`imageToTensor: channels must be 1, 3 or 4, got ${channels}.`);
  }
  const [height, width] = size ?? sizeOf(source);
  if (!isSize(height) || !isSize(width)) {
    throw new ConfigError(
      `imageToTensor: cannot make ${height} x ${width} pixels. ` +
        (size
          ? 'Both sizes must be whole numbers of at least 1.'
          : 'Wait until the picture is loaded: await image.decode(), or the "loadeddata" event of a video.'),
    );
  }
  const { data } = pixelsOf(source, height, width);
  const factor = scale / 255;
  const values = new Float32Array(height * width * channels);
  if (channels === 1) {
    for (let i = 0; i < values.length; i++) {
      values[i] = (0.299 * data[4 * i]! + 0.587 * data[4 * i + 1]! + 0.114 * data[4 * i + 2]!) * factor;
    }
  } else {
    for (let i = 0, from = 0; i < values.length; from += 4) {
      for (let channel = 0; channel < channels; channel++) values[i++] = data[from + channel]! * factor;
    }
  }
  return fromData(values, [height, width, channels]);
}

function isSize(size: number): boolean {
  return Number.isInteger(size) && size >= 1;
}

function sizeOf(source: ImageSource): [number, number] {
  if ('naturalWidth' in source) return [source.naturalHeight, source.naturalWidth];
  if ('videoWidth' in source) return [source.videoHeight, source.videoWidth];
  if ('displayWidth' in source) return [source.displayHeight, source.displayWidth];
  return [source.height, source.width];
}

function pixelsOf(source: ImageSource, height: number, width: number): ImageData {
  const isPixels = typeof ImageData !== 'undefined' && source instanceof ImageData;
  if (isPixels && source.height === height && source.width === width) return source;
  const context = contextOf(height, width);
  context.imageSmoothingQuality = 'high';
  context.drawImage(isPixels ? canvasOf(source) : (source as CanvasImageSource), 0, 0, width, height);
  try {
    return context.getImageData(0, 0, width, height);
  } catch (error) {
    throw new ConfigError(
      'imageToTensor: the browser does not let pages read pictures from other sites. ' +
        'Serve the picture from your own, or with CORS headers and crossOrigin set on the image.',
      { cause: error },
    );
  }
}

function canvasOf(pixels: ImageData): OffscreenCanvas {
  const context = contextOf(pixels.height, pixels.width);
  context.putImageData(pixels, 0, 0);
  return context.canvas;
}

function contextOf(height: number, width: number): OffscreenCanvasRenderingContext2D {
  const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });
  if (!context) throw new ConfigError('imageToTensor: this browser gives no 2-D canvas.');
  return context;
}
