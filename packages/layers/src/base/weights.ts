// How a layer comes by its variables.
import { ConfigError, formatShape, type Shape, ShapeError, sameShape, type Variable, variable } from '@nablajs/tensor';
import type { Constraint, ConstraintLike } from '../constraints/constraint.ts';
import { constraintFrom } from '../constraints/from.ts';
import { initializerFrom } from '../initializers/from.ts';
import type { InitializerLike } from '../initializers/initializer.ts';
import { regularizerFrom } from '../regularizers/from.ts';
import type { Regularizer, RegularizerLike } from '../regularizers/regularizer.ts';

/** Options of a weight. */
export interface WeightOptions {
  /** How it begins. Default `'glorotUniform'`. */
  readonly initializer?: InitializerLike;
  /** A term it adds to the loss. Default none. */
  readonly regularizer?: RegularizerLike | null;
  /** What it must keep to after each update. Default nothing. */
  readonly constraint?: ConstraintLike | null;
  /** `false` for a weight that optimizers leave alone. Default `true`. */
  readonly trainable?: boolean;
}

/** Makes the variables of a layer while it is built. */
export interface WeightMaker {
  /** A parameter, trained unless it says otherwise. */
  weight(name: string, shape: Shape, options?: WeightOptions): Variable;
  /** Something the layer itself updates in `call`, such as a moving average. Default: begins with zeros. */
  state(name: string, shape: Shape, initializer?: InitializerLike): Variable;
}

/** One variable of a layer. */
export interface Weight {
  readonly name: string;
  readonly variable: Variable;
  readonly isState: boolean;
  /** Whether it is trained while its layer is. */
  readonly trainable: boolean;
  readonly regularizer: Pick<Regularizer, 'apply'> | null;
}

/** What a layer reads in place of a weight it asked for, and the weights that are kept for it. */
export interface Remade {
  readonly read: Variable;
  readonly kept: readonly Weight[];
}

let remake: ((weight: Weight) => Remade) | null = null;

/** Runs `f`; parameters of the layers built in it are made of others. */
export function withRemadeWeights<T>(change: (weight: Weight) => Remade, f: () => T): T {
  const outer = remake;
  remake = change;
  try {
    return f();
  } finally {
    remake = outer;
  }
}

let blank = false;

/**
 * Runs `f`; weights made in it begin with zeros, whatever their initializers say. For loading: values come from a file, so
 * nothing is drawn at random, and nothing as large as a file may claim is ever computed.
 */
export function withBlankWeights<T>(f: () => T): T {
  const outer = blank;
  blank = true;
  try {
    return f();
  } finally {
    blank = outer;
  }
}

/** Runs `build` and returns what it made, in order. Values are lazy: nothing is computed or allocated yet. */
export function collectWeights(build: (make: WeightMaker) => void): Weight[] {
  const weights: Weight[] = [];
  const add = (
    name: string,
    shape: Shape,
    init: InitializerLike,
    rest: Omit<Weight, 'name' | 'variable'>,
    constraint: Constraint | null = null,
  ): Variable => {
    if (weights.some((weight) => weight.name === name)) {
      throw new ConfigError(`build makes two weights named '${name}'. Give one another name.`);
    }
    const initializer = initializerFrom(blank ? 'zeros' : init);
    const made = variable(
      () => {
        const value = initializer.apply(shape);
        if (sameShape(value.shape, shape)) return value;
        throw new ShapeError(
          `the initializer of '${name}' returned ${formatShape(value.shape)}, asked for ${formatShape(shape)}. ` +
            'Initializer.apply(shape) must return a tensor of that shape.',
        );
      },
      { name, trainable: rest.trainable, constraint: constraint && ((value) => constraint.apply(value)) },
    );
    const weight = { name, variable: made, ...rest };
    const { read, kept } = remake && !rest.isState ? remake(weight) : { read: made, kept: [weight] };
    weights.push(...kept);
    return read;
  };
  build({
    weight: (
      name,
      shape,
      { initializer = 'glorotUniform', regularizer = null, constraint = null, trainable = true } = {},
    ) =>
      add(
        name,
        shape,
        initializer,
        { isState: false, trainable, regularizer: regularizer === null ? null : regularizerFrom(regularizer) },
        constraint === null ? null : constraintFrom(constraint),
      ),
    state: (name, shape, initializer = 'zeros') =>
      add(name, shape, initializer, { isState: true, trainable: false, regularizer: null }),
  });
  return weights;
}
