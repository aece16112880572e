// What the cells of vectors share: weights for several gates side by side, and masks that hold for a whole sequence.
import { randomBernoulli, type Shape, split, type Tensor, type Variable } from '@nablajs/tensor';
import { type ActivationLike, activation } from '../activations/from.ts';
import type { Mode } from '../base/layer.ts';
import { count, type Field } from '../base/options.ts';
import type { WeightMaker } from '../base/weights.ts';
import type { ConstraintLike } from '../constraints/constraint.ts';
import type { InitializerLike } from '../initializers/initializer.ts';
import type { RegularizerLike } from '../regularizers/regularizer.ts';
import {
  BIAS,
  type BiasFields,
  type BiasOptions,
  KERNEL,
  type KernelOptions,
  type WeightConfig,
  type WeightFields,
  weightFields,
  weightOptions,
} from '../weights/options.ts';
import { CELL_DROPOUT, type CellDropoutOptions, type Steps, stepOf } from './cell.ts';

/** Options of the cells of vectors. */
export interface CellOptions extends KernelOptions, BiasOptions, CellDropoutOptions {
  /** Of the output. Default `'tanh'`. */
  readonly activation?: ActivationLike;
  /** Default `'orthogonal'`. */
  readonly recurrentInitializer?: InitializerLike;
  /** A term it adds to the loss. Default none. */
  readonly recurrentRegularizer?: RegularizerLike | null;
  /** What it must keep to after each update. Default nothing. */
  readonly recurrentConstraint?: ConstraintLike | null;
}

/** Options of cells with gates. */
export interface GatedOptions extends CellOptions {
  /** Of the gates. Default `'sigmoid'`. */
  readonly recurrentActivation?: ActivationLike;
}

/** The rules of {@link CellOptions}. */
export type CellFields = WeightFields<'kernel'> &
  WeightFields<'recurrent'> & { readonly [K in keyof BiasFields]: BiasFields[K] } & {
    readonly units: Field<number>;
    readonly activation: Field<ActivationLike>;
    readonly dropout: Field<number>;
    readonly recurrentDropout: Field<number>;
  };

/** The rules of the options of cells. */
export const CELL: CellFields = {
  units: count(),
  activation: { ...activation(), fallback: 'tanh' },
  ...KERNEL,
  ...weightFields('recurrent', 'orthogonal'),
  ...BIAS,
  ...CELL_DROPOUT,
};

/** The rules of {@link GatedOptions}. */
export const GATED: CellFields & { readonly recurrentActivation: Field<ActivationLike> } = {
  ...CELL,
  recurrentActivation: { ...activation(), fallback: 'sigmoid' },
};

/** What the options of a cell look like once they are complete. */
export type CellConfig = Required<CellOptions> & { readonly units: number };

/** The weights of a cell, its gates side by side in the last axis. */
export interface CellWeights {
  readonly kernel: Variable;
  readonly recurrent: Variable;
  readonly bias: Variable | null;
}

/** Makes kernel `[features, gates * units]`, recurrent kernel `[units, gates * units]`, and a bias of a shape. */
export function cellWeights(
  make: WeightMaker,
  given: WeightConfig<'kernel'> &
    WeightConfig<'recurrent'> &
    WeightConfig<'bias'> & { units: number; useBias: boolean },
  features: number,
  gates: number,
  bias: { readonly shape?: Shape; readonly initializer?: InitializerLike } = {},
): CellWeights {
  const { units, useBias } = given;
  const options = weightOptions(given, 'bias');
  const initializer = bias.initializer === undefined ? {} : { initializer: bias.initializer };
  return {
    kernel: make.weight('kernel', [features, gates * units], weightOptions(given, 'kernel')),
    recurrent: make.weight('recurrent_kernel', [units, gates * units], weightOptions(given, 'recurrent')),
    bias: useBias ? make.weight('bias', bias.shape ?? [gates * units], { ...options, ...initializer }) : null,
  };
}

/** Parts of equal size along the last axis. */
export function parts(x: Tensor, count: number): Tensor[] {
  return split(x, count, -1);
}

/**
 * The inputs' share in all gates of all steps, `[batch, steps, gates * units]`: one product instead of one per step. Dropout
 * leaves out the same features in every step.
 */
export function projected(
  x: Tensor,
  kernel: Tensor,
  bias: Tensor | null,
  { dropout }: { readonly dropout: number },
  { training }: Mode,
): (step: number) => Tensor {
  const [batch, steps, features] = x.shape as [number, number, number];
  const kept = training ? mask(x, [batch, 1, features], dropout) : null;
  const seen = kept ? x.mul(kept) : x;
  const flat = seen.reshape([batch * steps, features]).matmul(kernel);
  const all = (bias ? flat.add(bias) : flat).reshape([batch, steps, kernel.shape[1]!]);
  return (step) => stepOf(all, step);
}

/** What is kept of the last output, the same in every step; `null` for everything. */
export function recurrentMask(
  x: Tensor,
  shape: Shape,
  { recurrentDropout }: { readonly recurrentDropout: number },
  { training }: Mode,
): Tensor | null {
  return training ? mask(x, shape, recurrentDropout) : null;
}

/** Masks that were drawn for a sequence, by the cell that drew them. */
type Drawn = Map<object, Tensor[]>;

let drawn: Drawn | null = null;
let place: { readonly masks: Tensor[]; next: number } | null = null;

/** What is drawn in one sequence by cells that begin anew in every step of it, because they take what others give. */
export function drawnOnce(): (cell: object, begin: () => Steps) => Steps {
  // Inside of another one it is begun anew itself.
  const store: Drawn = drawn ?? new Map();
  return (cell, begin) => {
    const [outer, outerPlace] = [drawn, place];
    const masks = store.get(cell) ?? [];
    store.set(cell, masks);
    [drawn, place] = [store, { masks, next: 0 }];
    try {
      return begin();
    } finally {
      [drawn, place] = [outer, outerPlace];
    }
  };
}

/** Zeros where values are left out, else what makes up for them; `null` when nothing is. */
export function mask(like: Tensor, shape: Shape, rate: number): Tensor | null {
  if (rate === 0) return null;
  const draw = (): Tensor => {
    const kept = randomBernoulli(shape, 1 - rate).cast(like.dtype);
    return rate === 1 ? kept : kept.mul(1 / (1 - rate));
  };
  if (!place) return draw();
  const at = place.next++;
  place.masks[at] ??= draw();
  return place.masks[at];
}
