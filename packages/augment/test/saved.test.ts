import { reference } from '@nablajs/backend-reference';
import { setBackend, tensor } from '@nablajs/tensor';
import { Dense, Flatten, Input, modelFromBytes, Sequential } from 'nablajs';
import { expect, it } from 'vitest';
import { Pipeline, RandomFlip, RandomRotation } from '../src/index.ts';

it('a model with augmentations is saved and read back', async () => {
  setBackend(reference());
  const layers = [new Pipeline([new RandomFlip(), new RandomRotation(0.1)]), new Flatten(), new Dense(2)];
  const model = new Sequential([Input({ shape: [2, 2, 1] }), ...layers]);
  const again = modelFromBytes(await model.toBytes());
  expect(again.layers.map(({ type }) => type)).toEqual(['Pipeline', 'Flatten', 'Dense']);
  const x = tensor([
    [
      [[1], [2]],
      [[3], [4]],
    ],
  ]);
  expect(await (await again.predict(x)).array()).toEqual(await (await model.predict(x)).array());
});
