// The models known by name.
import { Conv2D, Dense, Dropout, Flatten, MaxPooling2D, Sequential } from 'nablajs';

/** The convolutional network of most MNIST tutorials: 99 % after two epochs. */
function cnn(classes: number): Sequential {
  const layers = [
    new Conv2D(32, 3, { padding: 'same', activation: 'relu' }),
    new MaxPooling2D(2),
    new Conv2D(64, 3, { padding: 'same', activation: 'relu' }),
    new MaxPooling2D(2),
    new Flatten(),
    new Dense(128, { activation: 'relu' }),
    new Dropout(0.5),
    new Dense(classes, { activation: 'softmax' }),
  ];
  return new Sequential(layers, { name: 'cnn' });
}

/** A multilayer perceptron: fast, and 98 % after a few epochs. */
function mlp(classes: number): Sequential {
  const layers = [
    new Flatten(),
    new Dense(256, { activation: 'relu' }),
    new Dropout(0.2),
    new Dense(128, { activation: 'relu' }),
    new Dense(classes, { activation: 'softmax' }),
  ];
  return new Sequential(layers, { name: 'mlp' });
}

/** A model for images of any size, by name. */
export const builtinModels: Readonly<Record<'cnn' | 'mlp', (classes: number) => Sequential>> = { cnn, mlp };

/** The name of a built-in model. */
export type BuiltinModel = keyof typeof builtinModels;

/** Whether a built-in model has this name. */
export function isBuiltinModel(name: string): name is BuiltinModel {
  return Object.hasOwn(builtinModels, name);
}
