// The models known by name.
import { Conv2D, Dense, Dropout, Flatten, MaxPooling2D, Sequential } from 'nablajs';

/** The convolutional network of most MNIST tutorials: 99 % after two epochs. */
function cnn(output: Dense): Sequential {
  const layers = [
    new Conv2D(32, 3, { padding: 'same', activation: 'relu' }),
    new MaxPooling2D(2),
    new Conv2D(64, 3, { padding: 'same', activation: 'relu' }),
    new MaxPooling2D(2),
    new Flatten(),
    new Dense(128, { activation: 'relu' }),
    new Dropout(0.5),
    output,
  ];
  return new Sequential(layers, { name: 'cnn' });
}

/** A multilayer perceptron: fast, and 98 % of MNIST after a few epochs. */
function mlp(output: Dense): Sequential {
  const layers = [
    new Flatten(),
    new Dense(256, { activation: 'relu' }),
    new Dropout(0.2),
    new Dense(128, { activation: 'relu' }),
    output,
  ];
  return new Sequential(layers, { name: 'mlp' });
}

/** Models by name: `cnn` for images of any size, `mlp` for samples of any shape; their last layer is given. */
export const builtinModels: Readonly<Record<'cnn' | 'mlp', (output: Dense) => Sequential>> = { cnn, mlp };

/** The last layer for what is predicted: probabilities of classes, or a number as it is. */
export function outputLayer(kind: 'class' | 'number', outputs: number): Dense {
  return new Dense(outputs, kind === 'class' ? { activation: 'softmax' } : {});
}

/** The name of a built-in model. */
export type BuiltinModel = keyof typeof builtinModels;

/** Whether a built-in model has this name. */
export function isBuiltinModel(name: string): name is BuiltinModel {
  return Object.hasOwn(builtinModels, name);
}
