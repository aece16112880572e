import type { Shape, Spec, Tensor } from '@nablajs/tensor';
import { activationFrom } from '../activations/from.ts';
import type { Mode } from '../base/layer.ts';
import { type Complete, flag, type LayerOptions, positional, readLayerOptions } from '../base/options.ts';
import type { WeightMaker } from '../base/weights.ts';
import { RecurrentCell, type Steps, vectorFeatures } from './cell.ts';
import { type CellWeights, cellWeights, GATED, type GatedOptions, parts, projected, recurrentMask } from './gates.ts';
import { cellConfig, Recurrent, type RecurrentOptions, SEQUENCE } from './recurrent.ts';

/** Options of {@link GRUCell}. */
export interface GRUCellOptions extends GatedOptions, LayerOptions {
  /**
   * Where the reset gate acts: after the product with the recurrent kernel (`true`, the default, as cuDNN and PyTorch have
   * it, with two biases), or before it (`false`, as in the paper).
   */
  readonly resetAfter?: boolean;
}

const FIELDS = { ...GATED, resetAfter: flag(true) };
type Config = Complete<Required<GRUCellOptions> & { readonly units: number }>;

/**
 * One step of {@link GRU}. Takes `[x, h]`, gives `[h', h']`. Weights, their gates in the order update (z), reset (r), new (n):
 * kernel `[features, 3 units]`, recurrent_kernel `[units, 3 units]`, bias `[2, 3 units]`, or `[3 units]` without `resetAfter`.
 * @example new RNN(new GRUCell(32))
 */
export class GRUCell extends RecurrentCell<Config> {
  static override readonly type: string = 'GRUCell';
  #weights!: CellWeights;

  constructor(units: number | (GRUCellOptions & { readonly units: number }), options: GRUCellOptions = {}) {
    super(readLayerOptions('GRUCell', FIELDS, positional({ units }, options)));
  }

  override stateShapes(): readonly Shape[] {
    return [[this.given.units]];
  }

  protected override build(make: WeightMaker, [input]: readonly Spec[]): void {
    const { units, resetAfter } = this.given;
    const bias = resetAfter ? { shape: [2, 3 * units] } : {};
    this.#weights = cellWeights(make, this.given, vectorFeatures(input!), 3, bias);
  }

  protected override begin(x: Tensor, mode: Mode): Steps {
    const { units, resetAfter } = this.given;
    const [gate, activate] = [activationFrom(this.given.recurrentActivation), activationFrom(this.given.activation)];
    const { kernel, recurrent, bias } = this.#weights;
    const biasOf = (row: number): Tensor | null =>
      bias && resetAfter ? bias.value.slice([row, 0], [1, 3 * units]).squeeze([0]) : null;
    const input = projected(x, kernel.value, resetAfter ? biasOf(0) : (bias?.value ?? null), this.given, mode);
    const kept = recurrentMask(x, [x.shape[0]!, units], this.given, mode);
    const innerBias = biasOf(1);
    const [gates, fresh] = [
      recurrent.value.slice([0, 0], [units, 2 * units]),
      recurrent.value.slice([0, 2 * units], [units, units]),
    ];

    const after = (z: Tensor, h: Tensor): [update: Tensor, news: Tensor] => {
      const product = h.matmul(recurrent.value);
      const inner = innerBias ? product.add(innerBias) : product;
      const [xz, xr, xn] = parts(z, 3);
      const [hz, hr, hn] = parts(inner, 3);
      return [gate(xz!.add(hz!)), activate(xn!.add(gate(xr!.add(hr!)).mul(hn!)))];
    };
    const before = (z: Tensor, h: Tensor): [update: Tensor, news: Tensor] => {
      const [xz, xr, xn] = parts(z, 3);
      const [hz, hr] = parts(h.matmul(gates), 2);
      return [gate(xz!.add(hz!)), activate(xn!.add(gate(xr!.add(hr!)).mul(h).matmul(fresh)))];
    };
    return {
      input,
      step: (z, [h]) => {
        const back = kept ? h!.mul(kept) : h!;
        const [update, news] = resetAfter ? after(z, back) : before(z, back);
        const output = news.add(update.mul(h!.sub(news)));
        return [output, output];
      },
    };
  }
}

/** Options of {@link GRU}. */
export interface GRUOptions extends GRUCellOptions, RecurrentOptions {}

/**
 * Gated recurrent unit (Cho et al., 2014, arXiv:1406.1078): update gate `z`, reset gate `r`, and
 * `h' = z h + (1 - z) tanh(x W + r (h U))`. `[batch, steps, features] -> [batch, units]`, or `[batch, steps, units]` with
 * `returnSequences`.
 * @example new GRU(32)
 */
export class GRU extends Recurrent<Complete<Required<GRUCellOptions & RecurrentOptions> & { readonly units: number }>> {
  static override readonly type: string = 'GRU';
  protected override readonly cell: RecurrentCell;

  constructor(units: number | (GRUOptions & { readonly units: number }), options: GRUOptions = {}) {
    super(readLayerOptions('GRU', { ...FIELDS, ...SEQUENCE }, positional({ units }, options)));
    this.cell = new GRUCell(cellConfig(this.given));
  }
}
