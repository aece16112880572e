// What holds for all: JSON there and back, one shape rule, the same numbers on every backend from the same seed.
import { cpu } from '@nablajs/backend-cpu';
import { reference } from '@nablajs/backend-reference';
import { Dense, Flatten, type LayerJSON, layerFromJSON } from '@nablajs/layers';
import { type Backend, compile, fromData, setBackend, setSeed, type Tensor } from '@nablajs/tensor';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Augmentation, builtinAugmentations, RandomFlip, RandomRotation } from '../src/index.ts';
import { distance } from './picture.ts';

/** One call of each that does something to every image. */
const CONFIGS: Readonly<Record<string, object>> = {
  RandomFlip: {},
  RandomRotation: { factor: 0.2 },
  RandomTranslation: { heightFactor: 0.2, widthFactor: 0.3 },
  RandomZoom: { heightFactor: 0.3 },
  RandomShear: { xFactor: 0.3, yFactor: 0.2 },
  RandomPerspective: { scale: 0.5 },
  RandomCrop: { height: 6, width: 5 },
  RandomElasticTransform: {},
  RandomErasing: {},
  RandomBrightness: { factor: 0.3 },
  RandomContrast: { factor: 0.4 },
  RandomHue: { factor: 0.5 },
  RandomSaturation: { factor: 0.7 },
  RandomColorDegeneration: { factor: 0.6 },
  RandomColorJitter: { brightnessFactor: 0.2, contrastFactor: 0.3, saturationFactor: 0.6, hueFactor: 0.2 },
  RandomGrayscale: {},
  RandomInvert: {},
  RandomPosterization: { factor: 3 },
  Solarization: { thresholdFactor: 0.5 },
  AutoContrast: {},
  Equalization: {},
  ContrastLimitedAdaptiveHistogramEqualization: { tileGridSize: [2, 2] },
  RandomSharpness: { factor: 1 },
  RandomGaussianBlur: { sigma: [0.5, 2] },
  MixUp: {},
  CutMix: {},
  RandAugment: { numOps: 1 },
  AugMix: { numChains: 1, chainDepth: 1 },
  Pipeline: { layers: [new RandomFlip('horizontal', { name: 'flip' }), new RandomRotation(0.1, { name: 'turn' })] },
  MaxNumBoundingBoxes: { maxNumber: 3 },
  RandomTimeShift: { factor: 0.3 },
  RandomGain: { factor: 0.3 },
  RandomNoise: { stddev: 0.3 },
  TimeMasking: {},
  FrequencyMasking: {},
};

const photo = (): Tensor =>
  fromData(
    Float32Array.from({ length: 4 * 8 * 8 * 3 }, (_, i) => (Math.sin(i * 0.37) + 1) * 127.5),
    [4, 8, 8, 3],
  );

describe('every augmentation', () => {
  let other: Backend;
  beforeAll(async () => {
    other = await cpu();
  });

  it('is in the list', () => expect(Object.keys(CONFIGS)).toEqual(Object.keys(builtinAugmentations)));

  it.each(Object.entries(CONFIGS))('%s: JSON, shapes, and the same numbers on two backends', async (type, config) => {
    const make = (): Augmentation => new builtinAugmentations[type]!(config as never) as Augmentation;
    const json = JSON.parse(JSON.stringify(make())) as LayerJSON;
    const back = layerFromJSON(json, builtinAugmentations) as Augmentation;
    expect(back.toJSON()).toEqual(json);

    const outputs: number[][] = [];
    for (const backend of [reference(), other]) {
      setBackend(backend);
      setSeed(9);
      const out = back.apply(photo(), { training: true });
      expect(out.shape).toEqual(back.outputSpec({ shape: [4, 8, 8, 3], dtype: 'float32' }).shape);
      outputs.push(Array.from((await out.data()) as Float32Array));
    }
    // Values reach from 0 to 255. Interpolation right at an edge may fall to either side of it in the last bit.
    const odd = outputs[0]!.filter((value, i) => Math.abs(value - outputs[1]![i]!) > 0.01).length;
    expect(odd / outputs[0]!.length).toBeLessThan(0.005);
  });

  it('acts anew in each run of a compiled step, and gradients pass through', async () => {
    setBackend(other);
    setSeed(2);
    const layer = new RandomRotation(0.4);
    const step = compile((x: Tensor) => layer.apply(x, { training: true }));
    const [first, second] = [await (await step(photo())).data(), await (await step(photo())).data()];
    expect(distance([...first], [...second])).toBeGreaterThan(1);
    expect(step.stats.traces).toBe(1);
  });

  it('stands in a model before other layers', () => {
    const [flip, flatten, dense] = [new RandomFlip(), new Flatten(), new Dense(2)];
    expect(dense.apply(flatten.apply(flip.apply(photo(), { training: true }))).shape).toEqual([4, 2]);
  });
});
