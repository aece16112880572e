// The same seed, the same augmentation: on a GPU of the browser too. One of each way in which images are changed, for
// every shader takes its time.
import { reference } from '@nablajs/backend-reference';
import { tfjs } from '@nablajs/backend-tfjs';
import { type Backend, setBackend, setSeed } from '@nablajs/tensor';
import { beforeAll, expect, test } from 'vitest';
import { type Augmentation, builtinAugmentations } from '../src/index.ts';
import { CONFIGS, photo } from './configs.ts';

let webgl: Backend;
beforeAll(async () => {
  webgl = await tfjs({ engine: 'webgl' });
});

test.each(['RandomRotation', 'RandomErasing', 'RandomHue', 'Equalization'])('%s', async (type) => {
  const layer = new builtinAugmentations[type]!(CONFIGS[type] as never) as Augmentation;
  const [expected, found] = await Promise.all(
    [reference(), webgl].map((backend) => {
      setBackend(backend);
      setSeed(9);
      return layer.apply(photo(), { training: true }).data();
    }),
  );
  const odd = Array.from(expected!).filter((value, i) => Math.abs(Number(value) - Number(found![i])) > 0.05).length;
  expect(odd / expected!.length).toBeLessThan(0.005);
});
