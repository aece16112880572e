// The forward pass on TensorFlow.js' wasm engine, which finds its binary beside itself: loaded as installed, not bundled.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Contender } from '../frame/race.ts';
import { type Convolution, sample } from './sample.ts';

type Tfjs = typeof import('@tensorflow/tfjs-core');

/** One forward pass per run. */
export async function tfjsForward(root: string, shape: Convolution): Promise<Contender> {
  const require = createRequire(join(root, 'apps/bench/package.json'));
  const tf = require('@tensorflow/tfjs-core') as Tfjs;
  require('@tensorflow/tfjs-backend-wasm');
  await tf.setBackend('wasm');
  await tf.ready();
  const { batch, size, channels, filters } = shape;
  const x = tf.tensor4d(sample(batch * size * size * channels), [batch, size, size, channels]);
  const w = tf.tensor4d(sample(9 * channels * filters), [3, 3, channels, filters]);
  return {
    name: `TensorFlow.js ${tf.version_core} wasm, forward`,
    async run(times): Promise<undefined> {
      for (let i = 0; i < times; i++) tf.conv2d(x, w, 1, 'same').dispose();
    },
  };
}
