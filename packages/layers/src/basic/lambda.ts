import type { Tensor } from '@nablajs/tensor';
import { Layer, type Mode } from '../base/layer.ts';
import { type Complete, type Field, type LayerOptions, positional, readLayerOptions } from '../base/options.ts';

/** What a {@link Lambda} computes. */
export type LambdaFunction = (x: Tensor, mode: Mode) => Tensor;

/** Everything {@link Lambda} takes. */
export interface LambdaOptions extends LayerOptions {
  readonly function: LambdaFunction;
}

const FUNCTION: Field<LambdaFunction> = {
  must: 'a function of a tensor',
  fallback: undefined,
  read: (value) => (typeof value === 'function' ? (value as LambdaFunction) : undefined),
};

/**
 * A function of yours as a layer. Files cannot hold functions: a model with one trains and predicts, but `toJSON` throws.
 * To save it, write a layer class with a type.
 * @example new Lambda((x) => x.square())
 */
export class Lambda extends Layer<Complete<LambdaOptions>> {
  static override readonly type: string = 'Lambda';

  constructor(main: LambdaFunction | LambdaOptions, options: LayerOptions = {}) {
    super(readLayerOptions('Lambda', { function: FUNCTION }, positional({ function: main }, options)));
  }

  protected override build(): void {}

  protected override call(x: Tensor, mode: Mode): Tensor {
    return this.given.function(x, mode);
  }
}
