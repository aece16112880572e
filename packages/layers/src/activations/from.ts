// Activations by name, with options as JSON, or as functions.
import {
  ConfigError,
  celu,
  elu,
  exponential,
  gelu,
  glu,
  hardShrink,
  hardSigmoid,
  hardSilu,
  hardTanh,
  leakyRelu,
  linear,
  logSigmoid,
  logSoftmax,
  lookup,
  mish,
  relu6,
  selu,
  sigmoid,
  silu,
  softmax,
  softplus,
  softShrink,
  softsign,
  sparsemax,
  sparsePlus,
  sparseSigmoid,
  squareplus,
  type Tensor,
  tanh,
  tanhShrink,
  threshold,
} from '@nablajs/tensor';
import { isPieceJSON, type PieceJSON } from '../base/json.ts';
import {
  type Field,
  type Fields,
  flag,
  nonNegative,
  positive,
  readOptions,
  real,
  type Values,
  whole,
} from '../base/options.ts';
import type { NamedActivation } from './named.ts';
import { RECTIFIED, rectified } from './rectified.ts';

/** Names of the built-in activations: those of Keras, in camel case. */
export type ActivationName =
  | 'linear'
  | 'relu'
  | 'sigmoid'
  | 'tanh'
  | 'softmax'
  | 'leakyRelu'
  | 'elu'
  | 'selu'
  | 'gelu'
  | 'silu'
  | 'swish'
  | 'softplus'
  | 'softsign'
  | 'exponential'
  | 'hardSigmoid'
  | 'hardSilu'
  | 'hardSwish'
  | 'hardTanh'
  | 'relu6'
  | 'celu'
  | 'glu'
  | 'mish'
  | 'logSigmoid'
  | 'logSoftmax'
  | 'hardShrink'
  | 'softShrink'
  | 'tanhShrink'
  | 'threshold'
  | 'squareplus'
  | 'sparsePlus'
  | 'sparsemax'
  | 'sparseSigmoid';

/** A function of each element, or along an axis. */
export type ActivationFunction = (x: Tensor) => Tensor;

/**
 * An activation: its name, a function of yours (which works, but cannot be saved), a {@link NamedActivation} (which can), or a
 * name with options: `{ type: 'leakyRelu', config: { negativeSlope: 0.1 } }`. `null` means `'linear'`.
 */
export type ActivationLike =
  | ActivationName
  | (string & Record<never, never>)
  | ActivationFunction
  | NamedActivation
  | PieceJSON
  | null;

type Bind = (config: object, place: string) => ActivationFunction;

/** A function that takes its options one after the other, in the order of their rules. */
function takes(
  f: (x: Tensor, ...options: number[]) => Tensor,
  fields: Readonly<Record<string, Field<number>>> = {},
): Bind {
  return (config, place) => {
    const options = Object.values(readOptions(place, fields, config));
    return options.length === 0 ? f : (x) => f(x, ...options);
  };
}

function withOptions<F extends Fields>(fields: F, f: (x: Tensor, options: Values<F>) => Tensor): Bind {
  return (config, place) => {
    const options = readOptions(place, fields, config);
    return (x) => f(x, options);
  };
}

const AXIS = { axis: whole(-1) };

const BUILTIN: Readonly<Record<ActivationName, Bind>> = {
  linear: takes(linear),
  relu: withOptions(RECTIFIED, rectified),
  sigmoid: takes(sigmoid),
  tanh: takes(tanh),
  softmax: takes(softmax, AXIS),
  leakyRelu: takes(leakyRelu, { negativeSlope: real(0.2) }),
  elu: takes(elu, { alpha: real(1) }),
  selu: takes(selu),
  gelu: withOptions({ approximate: flag(false) }, gelu),
  silu: takes(silu),
  swish: takes(silu),
  softplus: takes(softplus),
  softsign: takes(softsign),
  exponential: takes(exponential),
  hardSigmoid: takes(hardSigmoid),
  hardSilu: takes(hardSilu),
  hardSwish: takes(hardSilu),
  hardTanh: takes(hardTanh),
  relu6: takes(relu6),
  celu: takes(celu, { alpha: positive(1) }),
  glu: takes(glu, AXIS),
  mish: takes(mish),
  logSigmoid: takes(logSigmoid),
  logSoftmax: takes(logSoftmax, AXIS),
  hardShrink: takes(hardShrink, { threshold: nonNegative(0.5) }),
  softShrink: takes(softShrink, { threshold: nonNegative(0.5) }),
  tanhShrink: takes(tanhShrink),
  threshold: takes(threshold, { threshold: real(), value: real() }),
  squareplus: takes(squareplus, { b: nonNegative(4) }),
  sparsePlus: takes(sparsePlus),
  sparsemax: takes(sparsemax, AXIS),
  sparseSigmoid: takes(sparseSigmoid),
};

/**
 * The function of an activation.
 * @throws ConfigError for an unknown name, with the nearest known one; for wrong options
 * @example activationFrom('relu')(x)
 */
export function activationFrom(value: ActivationLike, place: string = 'activation'): ActivationFunction {
  if (value === null) return linear;
  if (typeof value === 'function') return value;
  if (isNamed(value)) return (x) => value.apply(x);
  if (typeof value === 'string') return lookup(place, value, BUILTIN)({}, `${place} '${value}'`);
  if (isPieceJSON(value)) return lookup(place, value.type, BUILTIN)(value.config, `${place} '${value.type}'`);
  throw new ConfigError(
    `${place} must be a name such as 'relu', a function, or { type, config }, got ${JSON.stringify(value)}.`,
  );
}

function isNamed(value: string | NamedActivation | PieceJSON): value is NamedActivation {
  return typeof value === 'object' && typeof (value as Partial<NamedActivation>).apply === 'function';
}

/** An option that takes an activation, `'linear'` by default. */
export function activation(fallback: ActivationName | undefined = 'linear'): Field<ActivationLike> {
  return {
    must: "a name such as 'relu', a function, or { type, config }",
    fallback,
    read: (value, place) => {
      if (value === null) return 'linear';
      activationFrom(value as ActivationLike, place);
      return value as ActivationLike;
    },
  };
}
