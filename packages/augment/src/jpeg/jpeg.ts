import { type Complete, choice, positional, readLayerOptions } from '@nablajs/layers/options';
import { avgPool, concat, fromData, gather, randomInteger, resize, type Tensor } from '@nablajs/tensor';
import { Augmentation, type ImageChange } from '../base/augmentation.ts';
import { type Factor, type FactorRange, range, valueRange } from '../base/options.ts';
import type { ColorOptions } from '../color/brightness.ts';
import { colours } from '../color/values.ts';
import { cosines, fromBlocks, SIDE, toBlocks } from './blocks.ts';
import { type Plane, quantization } from './tables.ts';

/** At which resolution colour is kept: half of it along both axes, or all. */
export type ChromaSubsampling = '4:2:0' | '4:4:4';

/** Options of {@link JPEG}. */
export interface JPEGOptions extends ColorOptions {
  /** Default `'4:2:0'`, as most encoders have it. */
  readonly chromaSubsampling?: ChromaSubsampling;
}

/**
 * Shows each image as it looks after it was saved as a JPEG file of a quality from 1 to 100 and read again; from `[low, high]`
 * a quality is drawn for each. What the format loses is computed as it says (ITU-T T.81): colour at half the resolution, blocks
 * of 8 x 8 through the cosine transform, coefficients rounded to the steps of its tables. The rest of the format packs these
 * numbers without loss, so that it changes no picture and is left out. Images of one channel, or of three.
 * @example new JPEG([20, 80])
 */
export class JPEG extends Augmentation<
  Complete<{
    readonly quality: FactorRange;
    readonly chromaSubsampling: ChromaSubsampling;
    readonly valueRange: FactorRange;
  }>
> {
  static override readonly type: string = 'JPEG';

  constructor(quality: Factor | (JPEGOptions & { readonly quality: Factor }), options: JPEGOptions = {}) {
    const fields = {
      quality: range(
        'a whole number from 1 to 100, or two, [low, high]',
        (value) => [value, value],
        (ends) => ends.every((end) => Number.isInteger(end) && end >= 1 && end <= 100),
      ),
      chromaSubsampling: choice<ChromaSubsampling>(['4:2:0', '4:4:4'], '4:2:0'),
      valueRange,
    };
    super(readLayerOptions('JPEG', fields, positional({ quality }, options)));
  }

  protected override draw(images: Tensor): ImageChange {
    const { quality, chromaSubsampling, valueRange } = this.config;
    const [lowest, highest] = quality;
    const [darkest, brightest] = valueRange;
    const drawn = randomInteger([images.shape[0]!], 0, highest - lowest + 1);
    const qualities = Array.from({ length: highest - lowest + 1 }, (_, i) => lowest + i);
    const steps = (plane: Plane): Tensor => {
      const all = Float32Array.from(qualities.flatMap((one) => quantization(plane, one)));
      return gather(fromData(all, [qualities.length, SIDE * SIDE]), drawn).expandDims(1);
    };
    const codec: Codec = {
      steps,
      shrink: chromaSubsampling === '4:2:0' ? 2 : 1,
      cosines: cosines(),
    };
    const scale = 255 / (brightest - darkest);
    return {
      images: (x) => {
        const bytes = rounded(x.sub(darkest).mul(scale)).clip(0, 255);
        return rounded(throughFile(bytes, codec))
          .clip(0, 255)
          .mul(1 / scale)
          .add(darkest);
      },
    };
  }
}

interface Codec {
  readonly steps: (plane: Plane) => Tensor;
  readonly shrink: 1 | 2;
  readonly cosines: Tensor;
}

function throughFile(x: Tensor, { steps, shrink, cosines }: Codec): Tensor {
  const [batch, height, width, channels] = x.shape as [number, number, number, number];
  const side = channels === 1 ? SIDE : SIDE * shrink;
  const [rows, columns] = [height, width].map((size) => Math.ceil(size / side) * side) as [number, number];
  const whole = filledUp(filledUp(x, 1, rows), 2, columns);
  const coded = (plane: Tensor, kind: Plane): Tensor => {
    const [, height, width] = plane.shape as [number, number, number];
    const step = steps(kind);
    const kept = toNearest(toBlocks(plane.sub(128)).matmul(cosines).div(step)).mul(step);
    return fromBlocks(kept.matmul(cosines.transpose([1, 0])), height, width)
      .add(128)
      .clip(0, 255);
  };
  const cut = (x: Tensor): Tensor => x.slice([0, 0, 0, 0], [batch, height, width, channels]);
  if (channels === 1) return cut(coded(whole.squeeze([3]), 'brightness').expandDims(3));

  const [red, green, blue] = colours(whole);
  // JFIF 1.02, which takes the weights from ITU-R BT.601.
  const brightness = red.mul(0.299).add(green.mul(0.587)).add(blue.mul(0.114));
  const difference = (colour: Tensor, span: number): Tensor => {
    const full = rounded(
      colour
        .sub(brightness)
        .mul(1 / span)
        .add(128),
    ).clip(0, 255);
    const plane = shrink === 1 ? full : rounded(avgPool(full, { window: 2 }));
    const back = coded(plane.squeeze([3]), 'colour').expandDims(3);
    return (shrink === 1 ? back : resize(back, [rows, columns])).sub(128);
  };
  const [toBlue, toRed] = [difference(blue, 1.772), difference(red, 1.402)];
  const light = coded(rounded(brightness).squeeze([3]), 'brightness').expandDims(3);
  const other = light.sub(toBlue.mul((0.114 * 1.772) / 0.587)).sub(toRed.mul((0.299 * 1.402) / 0.587));
  return cut(concat([light.add(toRed.mul(1.402)), other, light.add(toBlue.mul(1.772))], 3));
}

/** The last row or column repeated, up to a size. */
function filledUp(x: Tensor, axis: 1 | 2, size: number): Tensor {
  const found = x.shape[axis]!;
  if (found === size) return x;
  const [starts, sizes] = [x.shape.map(() => 0), [...x.shape]];
  starts[axis] = found - 1;
  sizes[axis] = 1;
  const last = x.slice(starts, sizes);
  return concat([x, last.broadcastTo(x.shape.map((n, i) => (i === axis ? size - found : n)))], axis);
}

// Halves occur, as coefficients are sums of whole numbers, and all backends have to round them alike: upward, or away from 0.
const HALF = 0.5 + 2 ** -12;

function rounded(x: Tensor): Tensor {
  return x.add(HALF).floor();
}

function toNearest(x: Tensor): Tensor {
  return x.abs().add(HALF).floor().mul(x.sign());
}
