// What attention layers are applied to, and which of their queries may look at which of their values.
import { arange, ConfigError, DTypeError, formatSpec, ShapeError, type Spec, type Tensor } from '@nablajs/tensor';
import { listOf, type Value } from '../base/value.ts';

/** What all attention layers can be asked for in addition; in Keras these are arguments of the call. */
export interface AttentionCallOptions<Scores extends boolean> {
  /** A step attends to itself and to steps before it only, as in decoders. Default `false`. */
  readonly useCausalMask?: boolean;
  /** Give `[output, scores]` instead of the output alone. Default `false`. */
  readonly returnAttentionScores?: Scores;
}

/** The output, or with `returnAttentionScores` the output and the scores. */
export type AttentionOutput<Scores extends boolean> = Scores extends true ? readonly [Tensor, Tensor] : Tensor;

/** Who asks, what is found and how it is described, and an explicit mask. */
export interface AttentionInputs {
  readonly query: Tensor;
  readonly value: Tensor;
  readonly key: Tensor;
  /** True where a query may look at a value; `null` when there is no such input. */
  readonly allowed: Tensor | null;
}

/**
 * Throws unless inputs are `[query, value]`, `[query, value, key]`, or one tensor that attends to itself.
 * @param most 3, or 4 for layers that also take a mask
 */
export function requireAttention(type: string, inputs: Spec | readonly Spec[], most: 3 | 4): void {
  const list = listOf<Spec>(inputs);
  const [query, value = query, key = value, allowed] = list;
  if (!query || !value || !key || list.length > most) {
    const forms = `[query, value]${most === 4 ? ', [query, value, key] or [query, value, key, mask]' : ' or [query, value, key]'}`;
    throw new ConfigError(
      `takes ${forms}, got a list of ${list.length}. Write new ${type}(...).apply([query, value]).`,
    );
  }
  if ([query, value, key].some(({ shape }) => shape.length !== query.shape.length || shape.length < 3)) {
    throw new ShapeError(
      `query, value and key must be [batch, steps, features], or have further axes alike, got ${[query, value, key].map(formatSpec).join(', ')}.`,
    );
  }
  if (value.shape.slice(0, -1).some((size, axis) => size !== key.shape[axis])) {
    throw new ShapeError(
      `value ${formatSpec(value)} and key ${formatSpec(key)} must agree on all axes but the last: each value has one key.`,
    );
  }
  if (query.shape[0] !== value.shape[0]) {
    throw new ShapeError(`query ${formatSpec(query)} and value ${formatSpec(value)} must have one batch size.`);
  }
  if (allowed && allowed.dtype !== 'bool') {
    throw new DTypeError(
      `the mask, the fourth input, must be bool, got ${formatSpec(allowed)}. Write mask.cast('bool').`,
    );
  }
}

/** The inputs by their roles. */
export function attentionInputs(inputs: Value): AttentionInputs {
  const [query, value = query!, key = value, allowed = null] = listOf<Tensor>(inputs);
  return { query: query!, value, key, allowed };
}

/** True where both are, or the one there is. */
export function both(a: Tensor | null, b: Tensor | null): Tensor | null {
  return a && b ? a.logicalAnd(b) : (a ?? b);
}

/** `[queries, values]`: true where the value comes no later than the query. */
export function causalMask(queries: number, values: number): Tensor {
  return arange(queries).expandDims(1).greaterEqual(arange(values));
}

/** `[queries, values]`: true where the two are less than `width` steps apart. */
export function windowMask(queries: number, values: number, width: number): Tensor {
  return arange(queries).expandDims(1).sub(arange(values)).abs().less(width);
}

/** Scores so low where nothing may be looked at that softmax gives it no share, and all the same share where all is hidden. */
export function hidden(scores: Tensor, allowed: Tensor | null): Tensor {
  if (allowed === null) return scores;
  const lowest = scores.dtype === 'float16' ? -3e4 : -1e9;
  return allowed.where(scores, lowest);
}
