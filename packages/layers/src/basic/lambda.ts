import type { Tensor } from '@nablajs/tensor';
import { Layer, type Mode } from '../base/layer.ts';
import { type Complete, type Field, type LayerOptions, positional, readLayerOptions } from '../base/options.ts';
import type { Value } from '../base/value.ts';

/** What a {@link Lambda} computes. */
export type LambdaFunction<I extends Value = Tensor, O extends Value = Tensor> = (x: I, mode: Mode) => O;

/** Everything {@link Lambda} takes. */
export interface LambdaOptions<I extends Value = Tensor, O extends Value = Tensor> extends LayerOptions {
  /** What it computes. It must be given. */
  readonly function: LambdaFunction<I, O>;
}

/**
 * A function of yours as a layer, of one tensor or of a list. Files cannot hold functions: a model with one trains and
 * predicts, but `toJSON` throws. To save it, write a layer class with a type.
 * @example new Lambda((x) => x.square())
 */
export class Lambda<I extends Value = Tensor, O extends Value = Tensor> extends Layer<
  Complete<LambdaOptions<I, O>>,
  I,
  O
> {
  static override readonly type: string = 'Lambda';

  constructor(main: LambdaFunction<I, O> | LambdaOptions<I, O>, options: LayerOptions = {}) {
    const read = (value: unknown): LambdaFunction<I, O> | undefined =>
      typeof value === 'function' ? (value as LambdaFunction<I, O>) : undefined;
    const fields: { readonly function: Field<LambdaFunction<I, O>> } = {
      function: { must: 'a function of a tensor', fallback: undefined, read },
    };
    super(readLayerOptions('Lambda', fields, positional({ function: main }, options)));
  }

  protected override build(): void {}

  protected override call(x: I, mode: Mode): O {
    return this.given.function(x, mode);
  }
}
