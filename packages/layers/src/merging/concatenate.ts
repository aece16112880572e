import { concat, formatShape, onesLike, ShapeError, type Tensor } from '@nablajs/tensor';
import { Layer } from '../base/layer.ts';
import { type Complete, type LayerOptions, positional, readLayerOptions, whole } from '../base/options.ts';
import type { MasksOf } from '../base/value.ts';
import { requireInputs } from './merge.ts';

/** Options of {@link Concatenate}. */
export interface ConcatenateOptions extends LayerOptions {
  /** Default -1. */
  readonly axis?: number;
}

/**
 * All inputs beside each other along an axis; their other sizes must agree.
 * @throws ShapeError when they do not
 * @example new Concatenate().apply([a, b])
 */
export class Concatenate extends Layer<Complete<ConcatenateOptions>, readonly Tensor[]> {
  static override readonly type: string = 'Concatenate';
  static override readonly supportsMasking: boolean = true;

  constructor(axis?: number | ConcatenateOptions, options: LayerOptions = {}) {
    super(readLayerOptions('Concatenate', { axis: whole(-1) }, positional({ axis }, options)));
  }

  protected override build(): void {}

  protected override call(inputs: readonly Tensor[]): Tensor {
    const specs = Array.isArray(inputs) ? inputs.map(({ spec }) => spec) : (inputs as never);
    requireInputs(this.type, specs, 1, Number.POSITIVE_INFINITY);
    const first = inputs[0]!;
    const axis = this.#axisOf(first);
    const others = (x: Tensor): string => String(x.shape.map((size, at) => (at === axis ? '*' : size)));
    const odd = inputs.find((x) => others(x) !== others(first));
    if (odd) {
      throw new ShapeError(
        `shapes ${formatShape(first.shape)} and ${formatShape(odd.shape)} differ elsewhere than on axis ${axis}. Inputs must agree on all other axes.`,
      );
    }
    return concat(inputs, axis);
  }

  /** Masks beside each other like the inputs; an input without one counts as all there. */
  protected override computeMask(inputs: readonly Tensor[], masks: MasksOf<readonly Tensor[]>): Tensor | null {
    const known = masks.find((mask) => mask !== null);
    if (known === undefined) return null;
    const wide = inputs.map((x, i) => {
      const mask = masks[i] ?? onesLike(x).cast('bool');
      return mask.reshape([...mask.shape, ...new Array(x.rank - mask.rank).fill(1)]).broadcastTo(x.shape);
    });
    const joined = concat(wide, this.#axisOf(inputs[0]!));
    const inner = [...joined.shape.keys()].slice(known.rank);
    return inner.length === 0 ? joined : joined.any(inner);
  }

  #axisOf({ rank, shape }: Tensor): number {
    const { axis } = this.config;
    const at = axis < 0 ? axis + rank : axis;
    if (at >= 1 && at < rank) return at;
    throw new ShapeError(
      `axis ${axis} does not fit inputs ${formatShape(shape)}. ${rank > 2 ? `Use 1 to ${rank - 1}, or -1 for the last.` : 'Use -1.'}`,
    );
  }
}
