// The networks of the training steps in layers of ours, made anew at each call.
import { Conv2D, Dense, Flatten, Input, MaxPooling2D, type Sequential } from 'nablajs';

/** What a Sequential is made of. */
type Layers = NonNullable<ConstructorParameters<typeof Sequential>[0]>;

/** 784-512-256-10. */
export function mlpLayers(): Layers {
  return [
    Input({ shape: [784] }),
    new Dense(512, { activation: 'relu' }),
    new Dense(256, { activation: 'relu' }),
    new Dense(10, { activation: 'softmax' }),
  ];
}

/** Two convolutions of 32 and 64 channels, two pools, two dense layers, on images of 28 x 28: 421,642 weights. */
export function cnnLayers(): Layers {
  return [
    Input({ shape: [28, 28, 1] }),
    new Conv2D(32, 3, { padding: 'same', activation: 'relu' }),
    new MaxPooling2D(2),
    new Conv2D(64, 3, { padding: 'same', activation: 'relu' }),
    new MaxPooling2D(2),
    new Flatten(),
    new Dense(128, { activation: 'relu' }),
    new Dense(10, { activation: 'softmax' }),
  ];
}
