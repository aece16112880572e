// LSTM whose products are convolutions: sequences of signals, images and volumes.
import { conv, type PerAxis, type Shape, type Spec, type Tensor, type Variable } from '@nablajs/tensor';
import { activationFrom } from '../activations/from.ts';
import type { Mode } from '../base/layer.ts';
import {
  type Complete,
  count,
  flag,
  type LayerOptions,
  perAxis,
  positional,
  readLayerOptions,
} from '../base/options.ts';
import type { WeightMaker } from '../base/weights.ts';
import { type SpatialPadding, spatialPadding } from '../spatial/padding.ts';
import { weightOptions } from '../weights/options.ts';
import { RecurrentCell, type Steps, stepOf } from './cell.ts';
import { GATED, type GatedOptions, mask, parts } from './gates.ts';
import { ForgetBias } from './lstm.ts';
import { cellConfig, Recurrent, type RecurrentOptions, SEQUENCE } from './recurrent.ts';

/** Options of {@link ConvLSTM2D}. */
export interface ConvLSTMCellOptions extends GatedOptions, LayerOptions {
  /** Cells from one window to the next. Default 1. */
  readonly strides?: PerAxis;
  /** Default `'valid'`. What the output feeds back is always padded to its own size. */
  readonly padding?: SpatialPadding;
  /** Cells from one tap of the kernel to the next. Default 1. */
  readonly dilationRate?: PerAxis;
  /** Begin with ones in the bias of the forget gate. Default `true`. */
  readonly unitForgetBias?: boolean;
}

interface Sizes {
  /** Number of output channels. */
  readonly filters: number;
  /** Size of the window: one number for all axes, or one per axis. */
  readonly kernelSize: PerAxis;
}

function fieldsFor(rank: number) {
  const { units: _, ...gated } = GATED;
  return {
    filters: count(),
    kernelSize: perAxis(rank),
    strides: perAxis(rank, 1),
    padding: spatialPadding,
    dilationRate: perAxis(rank, 1),
    ...gated,
    unitForgetBias: flag(true),
  };
}

type CellConfig = Complete<
  Required<GatedOptions> & {
    readonly filters: number;
    readonly kernelSize: readonly number[];
    readonly strides: readonly number[];
    readonly padding: SpatialPadding;
    readonly dilationRate: readonly number[];
    readonly unitForgetBias: boolean;
  }
>;

/** One step of a {@link ConvLSTM2D} and its kin. */
class ConvLSTMCell extends RecurrentCell<CellConfig> {
  static override readonly type: string = 'ConvLSTMCell';
  #kernel!: Variable;
  #recurrent!: Variable;
  #bias: Variable | null = null;

  constructor(config: CellConfig & LayerOptions) {
    super(readLayerOptions('ConvLSTMCell', fieldsFor(config.kernelSize.length), config));
  }

  override stateShapes(input: Shape): readonly Shape[] {
    const { kernelSize, strides, padding, dilationRate, filters } = this.given;
    const places = kernelSize.map((size, axis) => {
      const [length, stride] = [input[axis]!, strides[axis]!];
      if (padding === 'same') return Math.ceil(length / stride);
      return Math.floor((length - ((size - 1) * dilationRate[axis]! + 1)) / stride) + 1;
    });
    const shape = [...places, filters];
    return [shape, shape];
  }

  protected override build(make: WeightMaker, [input]: readonly Spec[]): void {
    const { filters, kernelSize, useBias, unitForgetBias, biasInitializer } = this.given;
    const channels = input!.shape.at(-1)!;
    this.#kernel = make.weight('kernel', [...kernelSize, channels, 4 * filters], weightOptions(this.given, 'kernel'));
    const shape = [...kernelSize, filters, 4 * filters];
    this.#recurrent = make.weight('recurrent_kernel', shape, weightOptions(this.given, 'recurrent'));
    if (!useBias) return;
    const options = weightOptions(this.given, 'bias');
    const initializer = unitForgetBias ? { initializer: new ForgetBias(biasInitializer) } : {};
    this.#bias = make.weight('bias', [4 * filters], { ...options, ...initializer });
  }

  protected override begin(x: Tensor, mode: Mode): Steps {
    const { strides, padding, dilationRate: dilations, dropout, recurrentDropout, filters } = this.given;
    const [gate, activate] = [activationFrom(this.given.recurrentActivation), activationFrom(this.given.activation)];
    const [batch, steps, ...rest] = x.shape as [number, number, ...number[]];
    const kept = mode.training ? mask(x, [batch, 1, ...rest], dropout) : null;
    const seen = (kept ? x.mul(kept) : x).reshape([batch * steps, ...rest]);
    const product = conv(seen, this.#kernel.value, { strides, padding, dilations });
    const flat = this.#bias ? product.add(this.#bias.value) : product;
    const all = flat.reshape([batch, steps, ...flat.shape.slice(1)]);
    const places = flat.shape.slice(1, -1);
    const back = mode.training ? mask(x, [batch, ...places, filters], recurrentDropout) : null;
    return {
      input: (step) => stepOf(all, step),
      step: (z, [h, c]) => {
        const fed = conv(back ? h!.mul(back) : h!, this.#recurrent.value, { padding: 'same' });
        const [i, f, g, o] = parts(z.add(fed), 4) as [Tensor, Tensor, Tensor, Tensor];
        const cell = gate(f)
          .mul(c!)
          .add(gate(i).mul(activate(g)));
        const output = gate(o).mul(activate(cell));
        return [output, output, cell];
      },
    };
  }
}

/** Options of the layers of this file. */
export interface ConvLSTMOptions extends ConvLSTMCellOptions, RecurrentOptions {}

type LayerConfig = CellConfig & { readonly [K in keyof typeof SEQUENCE]: boolean };

abstract class ConvLSTM extends Recurrent<LayerConfig> {
  protected override readonly cell: RecurrentCell;

  constructor(type: string, rank: number, given: object) {
    super(readLayerOptions(type, { ...fieldsFor(rank), ...SEQUENCE }, given));
    this.cell = new ConvLSTMCell(cellConfig(this.given));
  }
}

/**
 * LSTM over sequences of signals: `[batch, steps, length, channels] -> [batch, places, filters]`.
 * @example new ConvLSTM1D(8, 3)
 */
export class ConvLSTM1D extends ConvLSTM {
  static override readonly type: string = 'ConvLSTM1D';

  constructor(filters: number | (Sizes & ConvLSTMOptions), kernelSize?: PerAxis, options: ConvLSTMOptions = {}) {
    super('ConvLSTM1D', 1, positional({ filters, kernelSize }, options));
  }
}

/**
 * LSTM over sequences of images, whose products are convolutions (Shi et al., 2015, arXiv:1506.04214):
 * `[batch, steps, height, width, channels] -> [batch, ...places, filters]`, or with all steps by `returnSequences`.
 * Weights: kernel `[...sizes, channels, 4 filters]`, recurrent_kernel `[...sizes, filters, 4 filters]`, bias `[4 filters]`.
 * @example new ConvLSTM2D(16, 3, { padding: 'same', returnSequences: true })
 */
export class ConvLSTM2D extends ConvLSTM {
  static override readonly type: string = 'ConvLSTM2D';

  constructor(filters: number | (Sizes & ConvLSTMOptions), kernelSize?: PerAxis, options: ConvLSTMOptions = {}) {
    super('ConvLSTM2D', 2, positional({ filters, kernelSize }, options));
  }
}

/**
 * LSTM over sequences of volumes: `[batch, steps, depth, height, width, channels] -> [batch, ...places, filters]`.
 * @example new ConvLSTM3D(4, 3)
 */
export class ConvLSTM3D extends ConvLSTM {
  static override readonly type: string = 'ConvLSTM3D';

  constructor(filters: number | (Sizes & ConvLSTMOptions), kernelSize?: PerAxis, options: ConvLSTMOptions = {}) {
    super('ConvLSTM3D', 3, positional({ filters, kernelSize }, options));
  }
}
