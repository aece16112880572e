// Initializers without chance.
import { ConfigError, eye, formatShape, full, type Shape, type Tensor } from '@nablajs/tensor';
import { positional, readOptions, real } from '../base/options.ts';
import { Initializer } from './initializer.ts';

/** 0 everywhere. */
export class Zeros extends Initializer {
  static override readonly type: string = 'Zeros';

  constructor(config: object = {}) {
    super(readOptions('Zeros', {}, config));
  }

  override apply(shape: Shape): Tensor {
    return full(shape, 0);
  }
}

/** 1 everywhere. */
export class Ones extends Initializer {
  static override readonly type: string = 'Ones';

  constructor(config: object = {}) {
    super(readOptions('Ones', {}, config));
  }

  override apply(shape: Shape): Tensor {
    return full(shape, 1);
  }
}

/** One number everywhere, 0 by default: `new Constant(0.5)`. */
export class Constant extends Initializer<{ readonly value: number }> {
  static override readonly type: string = 'Constant';

  constructor(value?: number | { readonly value?: number }) {
    super(readOptions('Constant', { value: real(0) }, positional({ value }, {})));
  }

  override apply(shape: Shape): Tensor {
    return full(shape, this.config.value);
  }
}

/** `gain` (default 1) on the diagonal of a matrix, 0 elsewhere: `new IdentityInitializer(0.9)`. */
export class IdentityInitializer extends Initializer<{ readonly gain: number }> {
  static override readonly type: string = 'Identity';

  constructor(gain?: number | { readonly gain?: number }) {
    super(readOptions('Identity', { gain: real(1) }, positional({ gain }, {})));
  }

  /** @throws ConfigError for anything but a matrix */
  override apply(shape: Shape): Tensor {
    if (shape.length !== 2) {
      throw new ConfigError(
        `initializer Identity: makes matrices only, asked for ${formatShape(shape)}. Use 'orthogonal', which takes any shape of two axes or more.`,
      );
    }
    return eye(shape[0]!, shape[1]!).mul(this.config.gain);
  }
}
