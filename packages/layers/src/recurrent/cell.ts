// What happens in one step of a sequence.
import { formatSpec, type Shape, ShapeError, type Spec, type Tensor } from '@nablajs/tensor';
import { Layer, type Mode } from '../base/layer.ts';
import { type Field, fraction } from '../base/options.ts';

/** A sequence on its way through a cell. */
export interface Steps {
  /** What a step sees of the input, whatever the cell makes of it beforehand for all steps at once. */
  input(step: number): Tensor;
  /** One step: its output, then the states after it. */
  step(input: Tensor, states: readonly Tensor[]): readonly [output: Tensor, ...states: Tensor[]];
}

/**
 * The inside of a recurrent layer: it takes `[x, ...states]` of one step and gives `[output, ...states]`. A cell of one's own
 * extends this class, says which states it keeps, and how it goes through a sequence in `begin`; `new RNN(cell)` repeats it.
 */
export abstract class RecurrentCell<C extends object = object> extends Layer<C, readonly Tensor[], readonly Tensor[]> {
  /** The states of one sample, without the batch axis, for inputs of one step `[...]` without it. */
  abstract stateShapes(input: Shape): readonly Shape[];

  /** Begins a sequence `[batch, steps, ...]`: whatever can be done for all steps at once is done here. */
  protected abstract begin(x: Tensor, mode: Mode): Steps;

  /** A sequence `[batch, steps, ...]` through the cell, which must be built. */
  through(x: Tensor, mode: Mode): Steps {
    const steps = this.inside(() => this.begin(x, mode));
    return {
      input: (step) => this.inside(() => steps.input(step)),
      step: (input, states) => this.inside(() => steps.step(input, states)),
    };
  }

  protected override call([x, ...states]: readonly Tensor[], mode: Mode): readonly Tensor[] {
    const steps = this.begin(x!.expandDims(1), mode);
    return steps.step(steps.input(0), states);
  }

  /** Makes the weights for inputs of one step. */
  prepare({ shape, dtype }: Spec): void {
    const states = this.stateShapes(shape.slice(1)).map((state): Spec => ({ shape: [shape[0]!, ...state], dtype }));
    this.outputSpec([{ shape, dtype }, ...states]);
  }
}

/** Options of cells that leave out values while training. */
export interface CellDropoutOptions {
  /** Share of the inputs that is left out, the same in all steps. Default 0. */
  readonly dropout?: number;
  /** Share of the last output that is left out on its way back in, the same in all steps. Default 0. */
  readonly recurrentDropout?: number;
}

/** The rules of {@link CellDropoutOptions}. */
export const CELL_DROPOUT: { readonly dropout: Field<number>; readonly recurrentDropout: Field<number> } = {
  dropout: fraction(0),
  recurrentDropout: fraction(0),
};

/** Step `step` of a sequence `[batch, steps, ...]`. */
export function stepOf(x: Tensor, step: number): Tensor {
  const sizes = [...x.shape];
  sizes[1] = 1;
  return x
    .slice(
      x.shape.map((_, axis) => (axis === 1 ? step : 0)),
      sizes,
    )
    .squeeze([1]);
}

/** The features of vectors, `[batch, features]`. Throws ShapeError for anything else. */
export function vectorFeatures(input: Spec): number {
  if (input.shape.length === 2) return input.shape[1]!;
  throw new ShapeError(`a step is a vector per sample, [batch, features], got ${formatSpec(input)}.`);
}
