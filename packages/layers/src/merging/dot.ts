import { einsum, formatShape, ShapeError, type Tensor } from '@nablajs/tensor';
import { Layer } from '../base/layer.ts';
import { type Complete, type Field, flag, type LayerOptions, positional, readLayerOptions } from '../base/options.ts';
import { requireInputs } from './merge.ts';

/** Options of {@link Dot}. */
export interface DotOptions extends LayerOptions {
  /** Divide by the lengths first: cosines of angles. Default `false`. */
  readonly normalize?: boolean;
}

/** The axis that is summed over, or that of each input. */
export type DotAxes = number | readonly number[];

const AXES: Field<DotAxes> = {
  must: 'an axis, or a list of two',
  fallback: undefined,
  read: (value) => {
    if (Array.isArray(value)) return value.length === 2 && value.every(Number.isInteger) ? value : undefined;
    return Number.isInteger(value) ? (value as number) : undefined;
  },
};

/** Below this norm vectors count as zero: they are divided by it. */
const SMALLEST = 1e-12;
const LETTERS = 'abcdefghijklmnopqrstuvwxyz';

/**
 * Products of two inputs, sample by sample, summed over one axis of each; the result has the other axes of the first, then
 * those of the second. `[batch, a, n]` and `[batch, b, n]` with axis 2 give `[batch, a, b]`; two vectors give `[batch, 1]`.
 * @throws ShapeError when the axes do not have the same size
 * @example new Dot(1, { normalize: true }).apply([a, b])
 */
export class Dot extends Layer<Complete<DotOptions & { readonly axes: DotAxes }>, readonly Tensor[]> {
  static override readonly type: string = 'Dot';

  constructor(axes: DotAxes | (DotOptions & { readonly axes: DotAxes }), options: DotOptions = {}) {
    super(readLayerOptions('Dot', { axes: AXES, normalize: flag(false) }, positional({ axes }, options)));
  }

  protected override build(): void {}

  protected override call(inputs: readonly Tensor[]): Tensor {
    const specs = Array.isArray(inputs) ? inputs.map(({ spec }) => spec) : (inputs as never);
    requireInputs(this.type, specs, 2, 2);
    const { axes, normalize } = this.config;
    const [a, b] = inputs as readonly [Tensor, Tensor];
    const [forA, forB] = typeof axes === 'number' ? [axes, axes] : (axes as readonly [number, number]);
    const [left, right] = [axisOf(a, forA), axisOf(b, forB)];
    if (a.shape[left] !== b.shape[right]) {
      throw new ShapeError(
        `axis ${forA} of ${formatShape(a.shape)} and axis ${forB} of ${formatShape(b.shape)} have different sizes. Name axes of one size.`,
      );
    }
    // Letters from the end of the alphabet for what both have, others for the axes that are left.
    const ofA = name(a, left, LETTERS);
    const ofB = name(b, right, LETTERS.slice(a.rank));
    const result = ['y', ...others(ofA), ...others(ofB)];
    const [x, y] = normalize ? [unit(a, left), unit(b, right)] : [a, b];
    const product = einsum(`${ofA.join('')},${ofB.join('')}->${result.join('')}`, x, y);
    return product.rank === 1 ? product.expandDims(1) : product;
  }
}

function axisOf({ rank, shape }: Tensor, axis: number): number {
  const at = axis < 0 ? axis + rank : axis;
  if (at >= 1 && at < rank) return at;
  throw new ShapeError(
    `axis ${axis} cannot be summed over in ${formatShape(shape)}, whose axis 0 is the batch. Use an axis from 1, or -1 for the last.`,
  );
}

function name(x: Tensor, summed: number, letters: string): string[] {
  return x.shape.map((_, axis) => (axis === 0 ? 'y' : axis === summed ? 'z' : letters[axis]!));
}

function others(labels: readonly string[]): string[] {
  return labels.filter((label) => label !== 'y' && label !== 'z');
}

function unit(x: Tensor, axis: number): Tensor {
  return x.mul(
    x
      .square()
      .sum(axis, { keepDims: true })
      .maximum(SMALLEST ** 2)
      .rsqrt(),
  );
}
