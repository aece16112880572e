import type { Shape, Spec, Tensor } from '@nablajs/tensor';
import { type ActivationFunction, activationFrom } from '../activations/from.ts';
import type { Mode } from '../base/layer.ts';
import { type Complete, type LayerOptions, positional, readLayerOptions } from '../base/options.ts';
import type { WeightMaker } from '../base/weights.ts';
import { RecurrentCell, type Steps, vectorFeatures } from './cell.ts';
import { CELL, type CellOptions, type CellWeights, cellWeights, projected, recurrentMask } from './gates.ts';
import { cellConfig, Recurrent, type RecurrentOptions, SEQUENCE } from './recurrent.ts';

/** Options of {@link SimpleRNNCell}. */
export interface SimpleRNNCellOptions extends CellOptions, LayerOptions {}

/**
 * One step of {@link SimpleRNN}: `h' = activation(x W + h U + b)`. Takes `[x, h]`, gives `[h', h']`.
 * Weights: kernel `[features, units]`, recurrent_kernel `[units, units]`, bias `[units]`.
 * @example new RNN(new SimpleRNNCell(16))
 */
export class SimpleRNNCell extends RecurrentCell<Complete<Required<CellOptions> & { readonly units: number }>> {
  static override readonly type: string = 'SimpleRNNCell';
  readonly #activation: ActivationFunction;
  #weights!: CellWeights;

  constructor(units: number | (SimpleRNNCellOptions & { readonly units: number }), options: SimpleRNNCellOptions = {}) {
    super(readLayerOptions('SimpleRNNCell', CELL, positional({ units }, options)));
    this.#activation = activationFrom(this.given.activation);
  }

  override stateShapes(): readonly Shape[] {
    return [[this.given.units]];
  }

  protected override build(make: WeightMaker, [input]: readonly Spec[]): void {
    this.#weights = cellWeights(make, this.given, vectorFeatures(input!), 1);
  }

  protected override begin(x: Tensor, mode: Mode): Steps {
    const { kernel, recurrent, bias } = this.#weights;
    const input = projected(x, kernel.value, bias?.value ?? null, this.given, mode);
    const kept = recurrentMask(x, [x.shape[0]!, this.given.units], this.given, mode);
    return {
      input,
      step: (z, [h]) => {
        const back = kept ? h!.mul(kept) : h!;
        const output = this.#activation(z.add(back.matmul(recurrent.value)));
        return [output, output];
      },
    };
  }
}

/** Options of {@link SimpleRNN}. */
export interface SimpleRNNOptions extends SimpleRNNCellOptions, RecurrentOptions {}

/**
 * A layer that reads a sequence step by step and keeps a vector of what it saw: `h' = activation(x W + h U + b)`.
 * `[batch, steps, features] -> [batch, units]`, or `[batch, steps, units]` with `returnSequences`.
 * @example new SimpleRNN(16, { returnSequences: true })
 */
export class SimpleRNN extends Recurrent<
  Complete<Required<CellOptions & RecurrentOptions> & { readonly units: number }>
> {
  static override readonly type: string = 'SimpleRNN';
  protected override readonly cell: RecurrentCell;

  constructor(units: number | (SimpleRNNOptions & { readonly units: number }), options: SimpleRNNOptions = {}) {
    super(readLayerOptions('SimpleRNN', { ...CELL, ...SEQUENCE }, positional({ units }, options)));
    this.cell = new SimpleRNNCell(cellConfig(this.given));
  }
}
