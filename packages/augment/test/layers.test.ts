// What holds for all: JSON there and back, and one shape rule. What they compute on each backend is in everywhere.test.ts.
import { cpu } from '@nablajs/backend-cpu';
import { Dense, Flatten, type LayerJSON, layerFromJSON } from '@nablajs/layers';
import { compile, setBackend, setSeed, type Tensor } from '@nablajs/tensor';
import { beforeAll, describe, expect, it } from 'vitest';
import { builtinAugmentations, RandomFlip, RandomRotation } from '../src/index.ts';
import { CONFIGS, photo, SIZES } from './configs.ts';
import { distance } from './picture.ts';

describe('every augmentation', () => {
  beforeAll(async () => setBackend(await cpu()));

  it('is in the list', () => expect(Object.keys(CONFIGS)).toEqual(Object.keys(builtinAugmentations)));

  it.each(Object.entries(CONFIGS))('%s: JSON and shapes', (type, config) => {
    const json = JSON.parse(JSON.stringify(new builtinAugmentations[type]!(config as never))) as LayerJSON;
    const back = layerFromJSON(json, builtinAugmentations);
    expect(back.toJSON()).toEqual(json);
    const { shape } = back.apply(photo(), { training: true });
    if (!SIZES.includes(type)) expect(shape).toEqual(back.outputSpec({ shape: [4, 8, 8, 3], dtype: 'float32' }).shape);
  });

  it('acts anew in each run of a compiled step, and gradients pass through', async () => {
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
