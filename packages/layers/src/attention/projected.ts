// Attention between projections of query, key and value, in several heads at a time.
import { ConfigError, einsum, formatShape, ShapeError, type Spec, type Tensor } from '@nablajs/tensor';
import { type AnyLayer, Layer, type Mode } from '../base/layer.ts';
import { maskOf } from '../base/mask.ts';
import { count, type Field, flag, fraction, type LayerOptions, optional } from '../base/options.ts';
import { listOf, mapEach, type SpecsOf, type Value } from '../base/value.ts';
import type { WeightMaker } from '../base/weights.ts';
import { EinsumDense } from '../dense/einsum-dense.ts';
import { dropped } from '../regularization/drop.ts';
import { regularizer } from '../regularizers/from.ts';
import type { RegularizerLike } from '../regularizers/regularizer.ts';
import {
  BIAS,
  type BiasFields,
  type BiasOptions,
  KERNEL,
  type KernelOptions,
  type WeightFields,
} from '../weights/options.ts';
import {
  type AttentionCallOptions,
  type AttentionInputs,
  type AttentionOutput,
  attentionInputs,
  both,
  causalMask,
  hidden,
  requireAttention,
  windowMask,
} from './inputs.ts';

/** Options of attention layers with heads. Initializers and the like are those of all projections. */
export interface ProjectedAttentionOptions<Scores extends boolean>
  extends LayerOptions,
    KernelOptions,
    BiasOptions,
    AttentionCallOptions<Scores> {
  /** Probability with which scores are dropped while training. Default 0. */
  readonly dropout?: number;
  /** A step attends to steps less than this many away only. Default `null`: to all. */
  readonly slidingWindow?: number | null;
  /** Multiply what is found by a sigmoid of the query. Qiu et al., 2025, arXiv:2505.06708. Default `false`. */
  readonly useGate?: boolean;
  /** A penalty on what the projections give, per sample. Default none. */
  readonly activityRegularizer?: RegularizerLike | null;
}

type Config = Required<Omit<ProjectedAttentionOptions<boolean>, keyof LayerOptions>>;

/** The rules of {@link ProjectedAttentionOptions}, as a type. */
export interface ProjectedFields extends WeightFields<'kernel'>, BiasFields {
  readonly dropout: Field<number>;
  readonly slidingWindow: Field<number | null>;
  readonly useGate: Field<boolean>;
  readonly activityRegularizer: Field<RegularizerLike | null>;
  readonly useCausalMask: Field<boolean>;
  readonly returnAttentionScores: Field<boolean>;
}

/** The rules of {@link ProjectedAttentionOptions}. */
export const PROJECTED: ProjectedFields = {
  dropout: fraction(0),
  slidingWindow: optional(count()),
  useGate: flag(false),
  activityRegularizer: regularizer,
  useCausalMask: flag(false),
  returnAttentionScores: flag(false),
  ...KERNEL,
  ...BIAS,
};

/** Options that are those of every projection. */
const PASSED: ReadonlySet<string> = new Set(Object.keys({ ...KERNEL, ...BIAS }).filter((key) => key !== 'useBias'));

/** Sizes of the heads. */
export interface Heads {
  readonly queries: number;
  /** Of keys and values; a divisor of `queries`, which share them in turn. */
  readonly values: number;
  readonly keyDim: number;
  readonly valueDim: number;
  /** Sizes of the axes that take the place of the query's features; `null` for those themselves. */
  readonly outputShape: readonly number[] | null;
  /** Axes of the inputs along which steps lie; `null` for all between batch and features. */
  readonly axes: readonly number[] | null;
}

/** The base of attention layers with heads. Layers inside: query, key, gate (if asked for), value, attention_output. */
export abstract class ProjectedAttention<C extends Config, Scores extends boolean> extends Layer<
  C,
  Value,
  AttentionOutput<Scores>
> {
  static override readonly supportsMasking: boolean = true;
  #inner: {
    readonly query: EinsumDense;
    readonly key: EinsumDense;
    readonly gate: EinsumDense | null;
    readonly value: EinsumDense;
    readonly output: EinsumDense;
  } | null = null;

  /** What the subclass was asked for. */
  protected abstract heads(): Heads;

  override sublayers(): readonly AnyLayer[] {
    if (!this.#inner) return [];
    const { query, key, gate, value, output } = this.#inner;
    return [query, key, ...(gate ? [gate] : []), value, output] as unknown as readonly AnyLayer[];
  }

  protected override build(_: WeightMaker, input: SpecsOf<Value>): void {
    requireAttention(this.type, input, 4);
    const [query, value = query!, key = value] = listOf<Spec>(input);
    const { queries, values, keyDim, valueDim, outputShape } = this.heads();
    const letters = 'defgijklmopq'.slice(0, outputShape?.length ?? 1);
    const into = (
      name: string,
      heads: number,
      size: number,
      activation: 'linear' | 'sigmoid' = 'linear',
    ): EinsumDense => this.#dense(name, '...d,dnh->...nh', [heads, size], 'nh', activation);
    this.#inner = {
      query: into('query', queries, keyDim),
      key: into('key', values, keyDim),
      gate: this.given.useGate ? into('gate', queries, valueDim, 'sigmoid') : null,
      value: into('value', values, valueDim),
      output: this.#dense(
        'attention_output',
        `...nh,nh${letters}->...${letters}`,
        outputShape ?? [query!.shape.at(-1)!],
        letters,
      ),
    };
    const inner = this.#inner;
    for (const layer of [inner.query, ...(inner.gate ? [inner.gate] : [])]) layer.outputSpec(query!);
    inner.key.outputSpec(key);
    inner.value.outputSpec(value);
    inner.output.outputSpec({ ...query!, shape: [...query!.shape.slice(0, -1), queries, valueDim] });
  }

  protected override call(x: Value, { training }: Mode): AttentionOutput<Scores> {
    requireAttention(
      this.type,
      mapEach<Tensor, Spec>(x, ({ spec }) => spec),
      4,
    );
    const inputs = attentionInputs(x);
    const { dropout, returnAttentionScores } = this.given;
    const inner = this.#inner!;
    const heads = this.heads();
    const axes = stepAxes(heads.axes, inputs.query);
    const { toScores, toOutput } = formulas(inputs.query.rank, axes, heads.queries > heads.values);

    // Queries that share a key and a value lie beside each other.
    const projected = inner.query.apply(inputs.query).mul(heads.keyDim ** -0.5);
    const lead = projected.shape.slice(0, -2);
    const shared = heads.queries / heads.values;
    const query = shared > 1 ? projected.reshape([...lead, heads.values, shared, heads.keyDim]) : projected;
    const raw = einsum(toScores, query, inner.key.apply(inputs.key));
    const scores = shared > 1 ? raw.reshape(mergedAt(raw.shape, raw.rank - 2 * axes.length - 2)) : raw;
    const shares = together(hidden(scores, this.#allowed(inputs, axes, scores.rank)), axes.length);

    const kept = training && dropout > 0 ? dropped(shares, dropout, null) : shares;
    const found = einsum(toOutput, shared > 1 ? kept.reshape(raw.shape) : kept, inner.value.apply(inputs.value));
    const merged = shared > 1 ? found.reshape([...lead, heads.queries, heads.valueDim]) : found;
    const output = inner.output.apply(inner.gate ? merged.mul(inner.gate.apply(inputs.query)) : merged);
    return (returnAttentionScores ? [output, shares] : output) as AttentionOutput<Scores>;
  }

  #dense(
    name: string,
    equation: string,
    outputShape: readonly number[],
    biasAxes: string,
    activation: 'linear' | 'sigmoid' = 'linear',
  ): EinsumDense {
    const { useBias, activityRegularizer } = this.given;
    const passed = Object.entries(this.given).filter(([option]) => PASSED.has(option));
    return new EinsumDense(equation, outputShape, {
      ...Object.fromEntries(passed),
      name,
      activation,
      activityRegularizer,
      biasAxes: useBias ? biasAxes : null,
    });
  }

  /** Everything that says who may look at what, in the layout of the scores: `[batch, ..., heads, queries, values]`. */
  #allowed({ query, value, key, allowed }: AttentionInputs, axes: readonly number[], rank: number): Tensor | null {
    const { useCausalMask, slidingWindow } = this.given;
    const [queries, values] = [query.shape[axes[0]!]!, value.shape[axes[0]!]!];
    const ordered = useCausalMask || slidingWindow !== null;
    if (ordered && axes.length > 1) {
      throw new ConfigError(
        `useCausalMask and slidingWindow need one axis of steps, attention here is along axes ${axes.join(', ')}. Give attentionAxes: 1, or flatten them.`,
      );
    }
    const asKey = key === value ? null : maskOf(key);
    const masks = [
      spread(maskOf(query), query.rank, axes, false),
      spread(maskOf(value), query.rank, axes, true),
      spread(asKey, query.rank, axes, true),
      useCausalMask ? causalMask(queries, values) : null,
      slidingWindow === null ? null : windowMask(queries, values, slidingWindow),
      allowed && aligned(allowed, rank, 2 * axes.length),
    ];
    return masks.reduce(both);
  }
}

/** The axes of the steps, positive, in order. */
function stepAxes(axes: readonly number[] | null, { rank, shape }: Tensor): readonly number[] {
  if (axes === null) return [...shape.keys()].slice(1, -1);
  const found = axes.map((axis) => (axis < 0 ? axis + rank : axis));
  const odd = found.findIndex((axis, i) => axis < 1 || axis > rank - 2 || found.indexOf(axis) !== i);
  if (odd < 0) return [...found].sort((a, b) => a - b);
  throw new ShapeError(
    `attentionAxes ${axes[odd]} does not fit inputs ${formatShape(shape)}. Use axes between batch and features, each once.`,
  );
}

/**
 * Query and key to scores, scores and value to output. Axes by letter: those of the query's steps and all others in lower
 * case, those of the value's in upper case; `v` heads of the values, `r` the queries that share one, `h` features.
 */
function formulas(
  rank: number,
  steps: readonly number[],
  shares: boolean,
): { readonly toScores: string; readonly toOutput: string } {
  const letters = [...'abcdefgijklmnopq'].slice(0, rank - 1);
  const found = letters.map((letter, axis) => (steps.includes(axis) ? letter.toUpperCase() : letter)).join('');
  const asked = letters.join('');
  const heads = shares ? 'vr' : 'v';
  const free = letters.filter((_, axis) => !steps.includes(axis)).join('');
  const [from, to] = [steps.map((axis) => letters[axis]).join(''), steps.map((axis) => found[axis]).join('')];
  const scores = `${free}${heads}${from}${to}`;
  return {
    toScores: `${asked}${heads}h,${found}vh->${scores}`,
    toOutput: `${scores},${found}vh->${asked}${heads}h`,
  };
}

/** Two neighbouring axes as one. */
function mergedAt(shape: readonly number[], axis: number): number[] {
  return [...shape.slice(0, axis), shape[axis]! * shape[axis + 1]!, ...shape.slice(axis + 2)];
}

/** Softmax over the last `inner` axes of scores, together. */
function together(scores: Tensor, inner: number): Tensor {
  if (inner === 1) return scores.softmax(-1);
  const lead = scores.shape.slice(0, scores.rank - inner);
  return scores
    .reshape([...lead, -1])
    .softmax(-1)
    .reshape(scores.shape);
}

/** A mask, shaped like leading axes of an input, in the layout of scores: on the axes of the queries, or of the values. */
function spread(mask: Tensor | null, rank: number, steps: readonly number[], ofValues: boolean): Tensor | null {
  if (mask === null) return null;
  const wide = mask.reshape([...mask.shape, ...new Array<number>(rank - 1 - mask.rank).fill(1)]);
  const free = [...wide.shape.keys()].filter((axis) => !steps.includes(axis));
  const ordered = wide.transpose([...free, ...steps]);
  const [lead, own] = [ordered.shape.slice(0, free.length), ordered.shape.slice(free.length)];
  const none = own.map(() => 1);
  return ordered.reshape([...lead, 1, ...(ofValues ? [...none, ...own] : [...own, ...none])]);
}

/** An explicit mask, `[batch, queries, values]` or `[queries, values]`, with axes of size 1 where it has none. */
function aligned(mask: Tensor, rank: number, steps: number): Tensor {
  if (mask.rank < steps || mask.rank > rank) {
    throw new ShapeError(
      `the mask, the fourth input, must be [batch, queries, values] or [queries, values], got ${formatShape(mask.shape)}.`,
    );
  }
  const lead = mask.shape.slice(0, mask.rank - steps);
  const between = new Array<number>(rank - mask.rank).fill(1);
  return mask.reshape([...lead, ...between, ...mask.shape.slice(mask.rank - steps)]);
}
