// A cell repeated along a sequence. There is no loop in the graph: as many steps as there are, so many copies of the cell.
import {
  ConfigError,
  currentTrace,
  formatShape,
  formatSpec,
  type Shape,
  ShapeError,
  type Spec,
  sameShape,
  stack,
  type Tensor,
  type Variable,
  variable,
  zeros,
} from '@nablajs/tensor';
import { type AnyLayer, Layer, type Mode } from '../base/layer.ts';
import { maskOf } from '../base/mask.ts';
import { type Field, flag, type LayerOptions } from '../base/options.ts';
import { listOf, type MasksOf, type SpecsOf, type Value } from '../base/value.ts';
import type { WeightMaker } from '../base/weights.ts';
import { type RecurrentCell, stepOf } from './cell.ts';

/** What every recurrent layer takes besides the options of its cell. */
export interface RecurrentOptions extends LayerOptions {
  /** Give the output of every step instead of the last one's. Default `false`. */
  readonly returnSequences?: boolean;
  /** Give the states after the last step too: `[output, ...states]`. Default `false`. */
  readonly returnState?: boolean;
  /** Read from the end to the beginning; outputs come in the order in which steps are read. Default `false`. */
  readonly goBackwards?: boolean;
  /** Give zeros for masked steps instead of the output before. Default `false`. */
  readonly zeroOutputForMask?: boolean;
  /**
   * Begin each batch with the states after the one before: sample `i` of a batch goes on where sample `i` of the last one
   * ended, in training and in inference, until `resetStates()`. All batches must be of one size, and in order. Default `false`.
   */
  readonly stateful?: boolean;
}

/** The rules of {@link RecurrentOptions}. */
export const SEQUENCE: { readonly [K in Exclude<keyof RecurrentOptions, keyof LayerOptions>]-?: Field<boolean> } = {
  returnSequences: flag(false),
  returnState: flag(false),
  goBackwards: flag(false),
  zeroOutputForMask: flag(false),
  stateful: flag(false),
};

type SequenceConfig = { readonly [K in keyof typeof SEQUENCE]: boolean };

/** The configuration of a layer without what is not the cell's. */
export function cellConfig<C extends SequenceConfig>(config: C): Omit<C, keyof SequenceConfig> {
  const entries = Object.entries(config).filter(([name]) => !(name in SEQUENCE));
  return Object.fromEntries(entries) as Omit<C, keyof SequenceConfig>;
}

/**
 * A cell repeated along the second axis of `[batch, steps, ...]`. Takes `x`, or `[x, ...initial states]`. Masked steps leave
 * the states as they are.
 */
export abstract class Recurrent<C extends SequenceConfig = SequenceConfig> extends Layer<C, Value, Value> {
  /** What is repeated. */
  protected abstract readonly cell: RecurrentCell;
  #states: readonly Variable[] = [];

  /** What a `stateful` layer keeps until the next batch, each `[batch, ...]`; none before its first batch. */
  get states(): readonly Variable[] {
    return this.#states;
  }

  /**
   * Begins anew: the states of a `stateful` layer become zeros, or what is given.
   * @throws ConfigError for states of a layer that keeps none, ShapeError for states of another shape
   */
  override resetStates(values?: readonly Tensor[]): void {
    if (values) this.#keep(values);
    for (const [i, state] of this.#states.entries()) state.assign(values?.[i] ?? zeros(state.shape, state.dtype));
  }

  /**
   * A layer like this one, with weights of its own, that reads the other way.
   * @throws ConfigError where a cell would be shared
   */
  reversed(): this {
    if ('cell' in this.given) {
      throw new ConfigError(
        `Bidirectional: an RNN of a ${this.cell.type} needs a second one: { backwardLayer: new RNN(cell, { goBackwards: true }) }.`,
      );
    }
    const Class = this.constructor as new (config: object) => this;
    const name = this.isNamed ? `backward_${this.name}` : '';
    return new Class({ ...this.given, goBackwards: !this.given.goBackwards, name });
  }

  override sublayers(): readonly AnyLayer[] {
    return [this.cell as unknown as AnyLayer];
  }

  protected override build(_: WeightMaker, input: SpecsOf<Value>): void {
    const [{ shape, dtype }] = listOf<Spec>(input) as readonly [Spec];
    requireSteps({ shape, dtype });
    this.cell.prepare({ shape: [shape[0]!, ...shape.slice(2)], dtype });
  }

  protected override computeMask(_: Value, mask: MasksOf<Value>): Tensor | null {
    return this.given.returnSequences ? (listOf<Tensor | null>(mask)[0] ?? null) : null;
  }

  protected override call(input: Value, mode: Mode): Value {
    const { returnSequences, returnState, goBackwards, zeroOutputForMask } = this.given;
    const [x, ...initial] = listOf<Tensor>(input) as [Tensor, ...Tensor[]];
    requireSteps(x.spec);
    const turned = (y: Tensor): Tensor => (goBackwards ? y.flip([1]) : y);
    const present = maskOf(x);
    const mask = present && turned(present);
    const run = this.cell.through(turned(x), mode);

    const kept = this.given.stateful && !currentTrace()?.isForShapes ? this.#keep(this.#blank(x)) : [];
    let states = this.#begin(x, initial.length > 0 ? initial : kept.map(({ value }) => value));
    let last: Tensor | null = null;
    const outputs: Tensor[] = [];
    for (let t = 0; t < x.shape[1]!; t++) {
      const [output, ...next] = run.step(run.input(t), states);
      if (!mask) {
        [last, states] = [output, next];
      } else {
        const here = stepOf(mask.expandDims(2), t);
        const choose = (yes: Tensor, no: Tensor): Tensor =>
          here.reshape([yes.shape[0]!, ...new Array<number>(yes.rank - 1).fill(1)]).where(yes, no);
        const shown = zeroOutputForMask || last === null ? zeros(output.shape, output.dtype) : last;
        last = choose(output, shown);
        states = next.map((state, i) => choose(state, states[i]!));
      }
      outputs.push(last);
    }
    for (const [i, state] of kept.entries()) state.assign(states[i]!);
    const result = returnSequences ? stack(outputs, 1) : last!;
    return returnState ? [result, ...states] : result;
  }

  #blank(x: Tensor): readonly Tensor[] {
    const shapes = this.cell.stateShapes(x.shape.slice(2)).map((shape): Shape => [x.shape[0]!, ...shape]);
    return shapes.map((shape) => zeros(shape, x.dtype));
  }

  /** The variables for states like these, made for the first ones. */
  #keep(like: readonly Tensor[]): readonly Variable[] {
    if (!this.given.stateful) throw new ConfigError('keeps no states between batches. Make it with stateful: true.');
    if (this.#states.length === 0) {
      // Made by functions, they belong to no trace.
      this.#states = like.map(({ shape, dtype }, i) =>
        variable(() => zeros(shape, dtype), { name: `${this.name}/state_${i}`, trainable: false }),
      );
    }
    const odd = this.#states.find(({ shape }, i) => !like[i] || !sameShape(shape, like[i].shape));
    if (!odd) return this.#states;
    const [kept, got] = [odd.shape[0], like[0]?.shape[0]];
    throw new ShapeError(
      `is stateful and keeps states ${formatShape(odd.shape)}, of a batch of ${kept}, got a batch of ${got}. ` +
        'Give it batches of one size: leave the rest of the data out, batch(size, { dropRemainder: true }).',
    );
  }

  #begin(x: Tensor, initial: readonly Tensor[]): readonly Tensor[] {
    const blank = this.#blank(x);
    if (initial.length === 0) return blank;
    const shapes = blank.map(({ shape }) => shape);
    if (initial.length !== shapes.length) {
      throw new ConfigError(
        `keeps ${shapes.length} ${shapes.length === 1 ? 'state' : 'states'}, got ${initial.length} to begin with. Apply it to [x, ${shapes.map((_, i) => `state${i + 1}`).join(', ')}].`,
      );
    }
    for (const [i, state] of initial.entries()) {
      if (sameShape(state.shape, shapes[i]!)) continue;
      throw new ShapeError(
        `state ${i + 1} to begin with is ${formatShape(state.shape)}, expected ${formatShape(shapes[i]!)}.`,
      );
    }
    return initial;
  }
}

function requireSteps(input: Spec): void {
  if (input.shape.length >= 3 && input.shape[1]! >= 1) return;
  throw new ShapeError(
    `expects a sequence, [batch, steps, features], got ${formatSpec(input)}. ` +
      'If each step is one number, put a Reshape([steps, 1]) before it.',
  );
}
