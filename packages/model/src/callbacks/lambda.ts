import type { Callback } from './callback.ts';

/**
 * A callback from functions. `fit` takes the same object as it is; the class is for code that comes from Keras.
 * @example new LambdaCallback({ onEpochEnd: (epoch, logs) => console.log(epoch, logs.loss) })
 */
export const LambdaCallback: new (methods: Callback) => Callback = class {
  constructor(methods: Callback) {
    Object.assign(this, methods);
  }
};
