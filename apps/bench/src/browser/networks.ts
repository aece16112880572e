// The same network twice: with Nabla's layers, and with those of TensorFlow.js, starting from the same weights.
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { Sequential, SGD, setSeed } from 'nablajs';
import { cnnLayers } from '../train-step/layers.ts';

export const CLASSES = 10;
const RATE = 0.01;
const MOMENTUM = 0.9;

/** Images and one-hot labels. */
export interface Samples {
  readonly images: Float32Array;
  readonly labels: Float32Array;
  readonly count: number;
}

/** Made-up digits: the work does not depend on what is in them. */
export function samplesOf(count: number): Samples {
  const labels = new Float32Array(count * CLASSES);
  for (let i = 0; i < count; i++) labels[i * CLASSES + (i % CLASSES)] = 1;
  return { images: Float32Array.from({ length: count * 784 }, (_, i) => ((i * 7919) % 256) / 255), labels, count };
}

/** The network of the training steps. */
export function nablaNetwork(): Sequential {
  setSeed(1);
  const model = new Sequential(cnnLayers());
  model.compile({ optimizer: new SGD(RATE, { momentum: MOMENTUM }), loss: 'categoricalCrossentropy' });
  return model;
}

/** The same layers of TensorFlow.js, with the weights of `model`. */
export async function tfjsNetwork(model: Sequential): Promise<tfl.Sequential> {
  const { conv2d, maxPooling2d, flatten, dense } = tfl.layers;
  const twin = tfl.sequential({
    layers: [
      conv2d({ inputShape: [28, 28, 1], filters: 32, kernelSize: 3, padding: 'same', activation: 'relu' }),
      maxPooling2d({ poolSize: 2, strides: 2 }),
      conv2d({ filters: 64, kernelSize: 3, padding: 'same', activation: 'relu' }),
      maxPooling2d({ poolSize: 2, strides: 2 }),
      flatten(),
      dense({ units: 128, activation: 'relu' }),
      dense({ units: CLASSES, activation: 'softmax' }),
    ],
  });
  twin.compile({ optimizer: tf.train.momentum(RATE, MOMENTUM), loss: 'categoricalCrossentropy' });
  const values = await Promise.all(
    model.weights.map(async ({ value, shape }) => tf.tensor((await value.data()) as Float32Array, [...shape])),
  );
  twin.setWeights(values);
  tf.dispose(values);
  return twin;
}
