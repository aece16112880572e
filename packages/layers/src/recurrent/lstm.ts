import { concat, ones, type Shape, type Spec, type Tensor } from '@nablajs/tensor';
import { activationFrom } from '../activations/from.ts';
import type { Mode } from '../base/layer.ts';
import { type Complete, flag, type LayerOptions, positional, readLayerOptions } from '../base/options.ts';
import type { WeightMaker } from '../base/weights.ts';
import { initializerFrom } from '../initializers/from.ts';
import { Initializer, type InitializerLike } from '../initializers/initializer.ts';
import { RecurrentCell, type Steps, vectorFeatures } from './cell.ts';
import { type CellWeights, cellWeights, GATED, type GatedOptions, parts, projected, recurrentMask } from './gates.ts';
import { cellConfig, Recurrent, type RecurrentOptions, SEQUENCE } from './recurrent.ts';

/** Options of {@link LSTMCell}. */
export interface LSTMCellOptions extends GatedOptions, LayerOptions {
  /** Begin with ones in the bias of the forget gate, so that at first nothing is forgotten. Default `true`. */
  readonly unitForgetBias?: boolean;
}

const FIELDS = { ...GATED, unitForgetBias: flag(true) };
type Config = Complete<Required<LSTMCellOptions> & { readonly units: number }>;

/** The bias of four gates, the second of which, that of forgetting, begins with ones. */
export class ForgetBias extends Initializer {
  static override readonly type: string = 'ForgetBias';
  readonly #rest: Initializer;

  constructor(rest: InitializerLike) {
    super({});
    this.#rest = initializerFrom(rest);
  }

  override apply([size]: Shape): Tensor {
    const units = size! / 4;
    return concat([this.#rest.apply([units]), ones([units]), this.#rest.apply([2 * units])], 0);
  }
}

/**
 * One step of {@link LSTM}. Takes `[x, h, c]`, gives `[h', h', c']`. Weights, their gates in the order input (i), forget (f),
 * cell (g), output (o), as in Keras and PyTorch: kernel `[features, 4 units]`, recurrent_kernel `[units, 4 units]`, bias
 * `[4 units]`.
 * @example new RNN(new LSTMCell(32))
 */
export class LSTMCell extends RecurrentCell<Config> {
  static override readonly type: string = 'LSTMCell';
  #weights!: CellWeights;

  constructor(units: number | (LSTMCellOptions & { readonly units: number }), options: LSTMCellOptions = {}) {
    super(readLayerOptions('LSTMCell', FIELDS, positional({ units }, options)));
  }

  override stateShapes(): readonly Shape[] {
    return [[this.given.units], [this.given.units]];
  }

  protected override build(make: WeightMaker, [input]: readonly Spec[]): void {
    const { unitForgetBias, biasInitializer } = this.given;
    const bias = unitForgetBias ? { initializer: new ForgetBias(biasInitializer) } : {};
    this.#weights = cellWeights(make, this.given, vectorFeatures(input!), 4, bias);
  }

  protected override begin(x: Tensor, mode: Mode): Steps {
    const [gate, activate] = [activationFrom(this.given.recurrentActivation), activationFrom(this.given.activation)];
    const { kernel, recurrent, bias } = this.#weights;
    const input = projected(x, kernel.value, bias?.value ?? null, this.given, mode);
    const kept = recurrentMask(x, [x.shape[0]!, this.given.units], this.given, mode);
    return {
      input,
      step: (z, [h, c]) => {
        const back = kept ? h!.mul(kept) : h!;
        const [i, f, g, o] = parts(z.add(back.matmul(recurrent.value)), 4) as [Tensor, Tensor, Tensor, Tensor];
        const cell = gate(f)
          .mul(c!)
          .add(gate(i).mul(activate(g)));
        const output = gate(o).mul(activate(cell));
        return [output, output, cell];
      },
    };
  }
}

/** Options of {@link LSTM}. */
export interface LSTMOptions extends LSTMCellOptions, RecurrentOptions {}

/**
 * Long short-term memory (Hochreiter and Schmidhuber, 1997): gates decide what a cell takes in, forgets and shows:
 * `c' = f c + i tanh(g)`, `h' = o tanh(c')`. `[batch, steps, features] -> [batch, units]`, or `[batch, steps, units]` with
 * `returnSequences`; `[output, h, c]` with `returnState`. Given `[x, h, c]`, it begins with those states.
 * @example new LSTM(32, { returnSequences: true })
 */
export class LSTM extends Recurrent<
  Complete<Required<LSTMCellOptions & RecurrentOptions> & { readonly units: number }>
> {
  static override readonly type: string = 'LSTM';
  protected override readonly cell: RecurrentCell;

  constructor(units: number | (LSTMOptions & { readonly units: number }), options: LSTMOptions = {}) {
    super(readLayerOptions('LSTM', { ...FIELDS, ...SEQUENCE }, positional({ units }, options)));
    this.cell = new LSTMCell(cellConfig(this.given));
  }
}
