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

function plain(f: ActivationFunction): Bind {
  return (config, place) => {
    readOptions(place, {}, config);
    return f;
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
  linear: plain(linear),
  relu: withOptions(RECTIFIED, rectified),
  sigmoid: plain(sigmoid),
  tanh: plain(tanh),
  softmax: withOptions(AXIS, (x, { axis }) => softmax(x, axis)),
  leakyRelu: withOptions({ negativeSlope: real(0.2) }, (x, { negativeSlope }) => leakyRelu(x, negativeSlope)),
  elu: withOptions({ alpha: real(1) }, (x, { alpha }) => elu(x, alpha)),
  selu: plain(selu),
  gelu: withOptions({ approximate: flag(false) }, gelu),
  silu: plain(silu),
  swish: plain(silu),
  softplus: plain(softplus),
  softsign: plain(softsign),
  exponential: plain(exponential),
  hardSigmoid: plain(hardSigmoid),
  hardSilu: plain(hardSilu),
  hardSwish: plain(hardSilu),
  hardTanh: plain(hardTanh),
  relu6: plain(relu6),
  celu: withOptions({ alpha: positive(1) }, (x, { alpha }) => celu(x, alpha)),
  glu: withOptions(AXIS, (x, { axis }) => glu(x, axis)),
  mish: plain(mish),
  logSigmoid: plain(logSigmoid),
  logSoftmax: withOptions(AXIS, (x, { axis }) => logSoftmax(x, axis)),
  hardShrink: withOptions({ threshold: nonNegative(0.5) }, (x, { threshold }) => hardShrink(x, threshold)),
  softShrink: withOptions({ threshold: nonNegative(0.5) }, (x, { threshold }) => softShrink(x, threshold)),
  tanhShrink: plain(tanhShrink),
  threshold: withOptions({ threshold: real(), value: real() }, (x, { threshold: at, value }) =>
    threshold(x, at, value),
  ),
  squareplus: withOptions({ b: nonNegative(4) }, (x, { b }) => squareplus(x, b)),
  sparsePlus: plain(sparsePlus),
  sparsemax: withOptions(AXIS, (x, { axis }) => sparsemax(x, axis)),
  sparseSigmoid: plain(sparseSigmoid),
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
