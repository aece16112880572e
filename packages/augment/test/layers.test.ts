// What holds for all: JSON there and back, one shape rule, the same numbers on every backend from the same seed.
import { cpu } from '@nablajs/backend-cpu';
import { onnxruntime } from '@nablajs/backend-onnxruntime';
import { reference } from '@nablajs/backend-reference';
import { Dense, Flatten, type LayerJSON, layerFromJSON } from '@nablajs/layers';
import { type Backend, compile, setBackend, setSeed, type Tensor } from '@nablajs/tensor';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Augmentation, builtinAugmentations, RandomFlip, RandomRotation } from '../src/index.ts';
import { CONFIGS, photo } from './configs.ts';
import { distance } from './picture.ts';

const POLICIES = ['RandAugment', 'AugMix', 'AutoAugment', 'TrivialAugmentWide', 'RandomColorJitter', 'Pipeline'];
/** Have other sizes in training than otherwise. */
const SIZES = ['RandomWidth', 'RandomHeight', 'RandomResize', 'RandomShortestSize', 'ScaleJitter'];

describe('every augmentation', () => {
  let other: Backend;
  let native: Backend;
  beforeAll(async () => {
    other = await cpu();
    native = await onnxruntime({ device: 'cpu' });
  });

  it('is in the list', () => expect(Object.keys(CONFIGS)).toEqual(Object.keys(builtinAugmentations)));

  it.each(Object.entries(CONFIGS))('%s: JSON, shapes, and the same numbers on all backends', async (type, config) => {
    const make = (): Augmentation => new builtinAugmentations[type]!(config as never) as Augmentation;
    const json = JSON.parse(JSON.stringify(make())) as LayerJSON;
    const back = layerFromJSON(json, builtinAugmentations) as Augmentation;
    expect(back.toJSON()).toEqual(json);

    const outputs: number[][] = [];
    // Policies are made of the others, and many nodes take long to load there.
    const backends = POLICIES.includes(type) ? [reference(), other] : [reference(), other, native];
    for (const backend of backends) {
      setBackend(backend);
      setSeed(9);
      const out = back.apply(photo(), { training: true });
      if (!SIZES.includes(type))
        expect(out.shape).toEqual(back.outputSpec({ shape: [4, 8, 8, 3], dtype: 'float32' }).shape);
      outputs.push(Array.from((await out.data()) as Float32Array));
    }
    // Values reach from 0 to 255. Interpolation right at an edge may fall to either side of it in the last bit.
    for (const found of outputs.slice(1)) {
      const odd = outputs[0]!.filter((value, i) => Math.abs(value - found[i]!) > 0.01).length;
      expect(odd / outputs[0]!.length).toBeLessThan(0.005);
    }
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
