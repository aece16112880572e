import { formatSpec, ShapeError, type Spec, type Tensor } from '@nablajs/tensor';
import { type AnyLayer, Layer, type Mode } from '../base/layer.ts';
import { type Complete, type Field, type LayerOptions, positional, readLayerOptions } from '../base/options.ts';

const LAYER: Field<Layer> = {
  must: 'a layer with one input',
  fallback: undefined,
  read: (value) => (value instanceof Layer ? (value as Layer) : undefined),
};

/**
 * Applies a layer to every step of a sequence by itself: `[batch, steps, ...] -> [batch, steps, ...]`. All steps are computed
 * at once, as one larger batch.
 * @example new TimeDistributed(new Conv2D(8, 3))
 */
export class TimeDistributed extends Layer<Complete<{ readonly layer: Layer }>> {
  static override readonly type: string = 'TimeDistributed';
  static override readonly supportsMasking: boolean = true;

  constructor(layer: Layer | ({ readonly layer: Layer } & LayerOptions), options: LayerOptions = {}) {
    const given = layer instanceof Layer ? { ...options, layer } : positional({ layer }, options);
    super(readLayerOptions('TimeDistributed', { layer: LAYER }, given));
  }

  override sublayers(): readonly AnyLayer[] {
    return [this.given.layer as unknown as AnyLayer];
  }

  protected override build(_: unknown, { shape, dtype }: Spec): void {
    if (shape.length < 3) {
      throw new ShapeError(`expects a sequence, [batch, steps, ...], got ${formatSpec({ shape, dtype })}.`);
    }
    this.given.layer.outputSpec({ shape: [shape[0]! * shape[1]!, ...shape.slice(2)], dtype });
  }

  protected override call(x: Tensor, mode: Mode): Tensor {
    const [batch, steps, ...rest] = x.shape as [number, number, ...number[]];
    const y = this.given.layer.apply(x.reshape([batch * steps, ...rest]), mode);
    return y.reshape([batch, steps, ...y.shape.slice(1)]);
  }
}
