import { ConfigError, concat, type Spec, type Tensor } from '@nablajs/tensor';
import type { LayerJSON } from '../base/json.ts';
import { type AnyLayer, Layer, type Mode } from '../base/layer.ts';
import { maskOf } from '../base/mask.ts';
import {
  type Complete,
  type Field,
  type LayerOptions,
  optional,
  positional,
  readLayerOptions,
} from '../base/options.ts';
import { listOf, type MasksOf, type SpecsOf, type Value } from '../base/value.ts';
import { Recurrent } from './recurrent.ts';

/** How the outputs of both directions become one; `null` gives both, as a list. */
export type MergeMode = 'concat' | 'sum' | 'mul' | 'ave' | null;

/** Options of {@link Bidirectional}. */
export interface BidirectionalOptions extends LayerOptions {
  /** Default `'concat'`. */
  readonly mergeMode?: MergeMode;
  /** What reads backwards. Default: a layer like the first, with weights of its own. */
  readonly backwardLayer?: Recurrent | null;
}

type Main = Required<BidirectionalOptions> & { readonly layer: Recurrent };

const LAYER: Field<Recurrent> = {
  must: 'a recurrent layer, such as LSTM',
  fallback: undefined,
  read: (value) => (value instanceof Recurrent ? (value as Recurrent) : undefined),
};

const MERGE: Field<MergeMode> = {
  must: "'concat', 'sum', 'mul', 'ave' or null",
  fallback: 'concat',
  read: (value) =>
    value === null || ['concat', 'sum', 'mul', 'ave'].includes(value as string) ? (value as MergeMode) : undefined,
};

/**
 * Reads a sequence in both directions, and puts both outputs together. With `returnSequences`, the steps of both stand in the
 * order of the sequence, zeros where it is masked. Takes `x`, or `[x, ...states of both]`; with `returnState` it gives those of both.
 * @throws ConfigError for layers that do not belong together
 * @example new Bidirectional(new LSTM(32, { returnSequences: true }))
 */
export class Bidirectional extends Layer<Complete<Main>, Value, Value> {
  static override readonly type: string = 'Bidirectional';
  readonly #backward: Recurrent;
  /** Names of both were left to this layer. */
  readonly #isUnnamed: boolean;

  constructor(
    layer: Recurrent | (BidirectionalOptions & { readonly layer: Recurrent }),
    options: BidirectionalOptions = {},
  ) {
    const given = layer instanceof Recurrent ? { ...options, layer } : positional({ layer }, options);
    const fields = { layer: LAYER, mergeMode: MERGE, backwardLayer: optional(LAYER) };
    super(readLayerOptions('Bidirectional', fields, given));
    const { layer: forward, backwardLayer } = this.given;
    this.#isUnnamed = backwardLayer === null && !forward.isNamed;
    this.#backward = backwardLayer ?? forward.reversed();
    const [one, other] = [forward.config, this.#backward.config];
    const alike = ['returnSequences', 'returnState', 'stateful'] as const;
    if (one.goBackwards === other.goBackwards || alike.some((key) => one[key] !== other[key])) {
      throw new ConfigError(
        `Bidirectional: the second layer must read the other way (goBackwards), with the same ${alike.join(', ')} as the first.`,
      );
    }
  }

  override toJSON(): LayerJSON {
    const json = super.toJSON();
    if (!this.#isUnnamed) return json;
    // The name of the second layer follows from a given one, so a chosen one must be chosen again.
    return { ...json, config: { ...json.config, layer: { ...(json.config['layer'] as LayerJSON), name: '' } } };
  }

  override sublayers(): readonly AnyLayer[] {
    return [this.given.layer, this.#backward] as unknown as readonly AnyLayer[];
  }

  protected override build(_: unknown, input: SpecsOf<Value>): void {
    const [x] = listOf<Spec>(input) as readonly [Spec];
    for (const layer of [this.given.layer, this.#backward]) layer.outputSpec(x);
  }

  protected override computeMask(_: Value, mask: MasksOf<Value>): Tensor | null {
    return this.given.layer.config.returnSequences ? (listOf<Tensor | null>(mask)[0] ?? null) : null;
  }

  protected override call(input: Value, mode: Mode): Value {
    const { layer, mergeMode } = this.given;
    const { returnSequences, returnState } = layer.config;
    const [x, ...states] = listOf<Tensor>(input) as [Tensor, ...Tensor[]];
    const half = states.length / 2;
    const run = (one: Recurrent, initial: readonly Tensor[]): readonly Tensor[] =>
      listOf<Tensor>(one.apply(initial.length > 0 ? [x, ...initial] : x, mode));
    const [forward, ...after] = run(layer, states.slice(0, half)) as [Tensor, ...Tensor[]];
    const [turned, ...before] = run(this.#backward, states.slice(half)) as [Tensor, ...Tensor[]];
    const both = returnSequences ? [forward, turned.flip([1])].map((y) => shown(y, maskOf(x))) : [forward, turned];
    const merged = merge(mergeMode, both[0]!, both[1]!);
    const outputs = [...merged, ...(returnState ? [...after, ...before] : [])];
    return outputs.length === 1 ? outputs[0]! : outputs;
  }
}

/** Zeros for masked steps, which each direction passes with another output. */
function shown(y: Tensor, mask: Tensor | null): Tensor {
  return mask ? mask.reshape([...mask.shape, ...y.shape.slice(2).map(() => 1)]).where(y, 0) : y;
}

function merge(mode: MergeMode, a: Tensor, b: Tensor): readonly Tensor[] {
  if (mode === 'concat') return [concat([a, b], -1)];
  if (mode === 'sum') return [a.add(b)];
  if (mode === 'mul') return [a.mul(b)];
  return mode === 'ave' ? [a.add(b).mul(0.5)] : [a, b];
}
