// What layers with several inputs of like shapes share.
import { ConfigError, formatShape, formatSpec, ShapeError, type Spec, type Tensor } from '@nablajs/tensor';
import { Layer } from '../base/layer.ts';
import type { MasksOf } from '../base/value.ts';

/** Throws unless there are enough inputs, and all have one batch size. */
export function requireInputs(type: string, inputs: readonly Spec[], least: number, most: number): void {
  if (!Array.isArray(inputs) || inputs.length < least || inputs.length > most) {
    const wanted = least === most ? `a list of ${least}` : `a list of ${least} or more`;
    const found = Array.isArray(inputs) ? `a list of ${inputs.length}` : 'one tensor';
    throw new ConfigError(`takes ${wanted} inputs, got ${found}. Write new ${type}().apply([a, b]).`);
  }
  const other = inputs.find(({ shape }) => shape.length === 0 || shape[0] !== inputs[0]!.shape[0]);
  if (other) {
    throw new ShapeError(
      `inputs must have one batch size, got ${formatSpec(inputs[0]!)} and ${formatSpec(other)}. Merge batches of the same samples.`,
    );
  }
}

/** Elementwise, with broadcasting: inputs with fewer axes get new ones after the batch. */
export abstract class Merge<C extends object = object> extends Layer<C, readonly Tensor[]> {
  static override readonly supportsMasking: boolean = true;

  /** How many inputs there must be. */
  protected readonly arity: readonly [least: number, most: number] = [1, Number.POSITIVE_INFINITY];

  protected abstract merge(inputs: readonly [Tensor, ...Tensor[]]): Tensor;

  protected override build(): void {}

  protected override call(inputs: readonly Tensor[]): Tensor {
    const specs = Array.isArray(inputs) ? inputs.map(({ spec }) => spec) : inputs;
    requireInputs(this.type, specs as readonly Spec[], ...this.arity);
    const rank = Math.max(...inputs.map((x) => x.rank));
    const level = inputs.map((x) => x.reshape([x.shape[0]!, ...new Array(rank - x.rank).fill(1), ...x.shape.slice(1)]));
    requireBroadcast(inputs, level);
    return this.merge(level as [Tensor, ...Tensor[]]);
  }

  /** Something is there where one of the inputs has something; nothing is known when one has no mask. */
  protected override computeMask(_: readonly Tensor[], masks: MasksOf<readonly Tensor[]>): Tensor | null {
    const known = masks.filter((mask) => mask !== null);
    return known.length === masks.length ? known.reduce((all, mask) => all.logicalOr(mask)) : null;
  }
}

function requireBroadcast(inputs: readonly Tensor[], level: readonly Tensor[]): void {
  for (const [axis, size] of level[0]!.shape.entries()) {
    const sizes = new Set([size, ...level.map(({ shape }) => shape[axis]!)].filter((found) => found !== 1));
    if (sizes.size < 2) continue;
    throw new ShapeError(
      `shapes ${inputs.map(({ shape }) => formatShape(shape)).join(' and ')} do not go together. ` +
        'Each axis must have one size, or 1; inputs with fewer axes get new ones after the batch.',
    );
  }
}
