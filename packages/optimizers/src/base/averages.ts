// Moving averages of parameters, as the option `useEma` asks for.
import type { Tensor, Variable } from '@nablajs/tensor';
import { Companions } from './companions.ts';
import type { OptimizerConfig } from './options.ts';

/** One average beside each parameter. */
export class Averages extends Companions {
  constructor() {
    super('average', (parameter) => parameter);
  }

  /**
   * Moves the average of a parameter towards it, and puts it in its place where that is due.
   * @param done updates before this one. An average begins as the parameter after its first update
   */
  move(parameter: Variable, done: Tensor, { emaMomentum, emaOverwriteFrequency }: OptimizerConfig): void {
    const average = this.of(parameter)!;
    const share = done
      .equal(0)
      .where(1, 1 - emaMomentum)
      .cast(parameter.dtype);
    const next = average.value.add(parameter.value.sub(average.value).mul(share));
    average.assign(next);
    if (emaOverwriteFrequency === null) return;
    const isDue = done.add(1).mod(emaOverwriteFrequency).equal(0);
    parameter.assign(isDue.where(next, parameter.value));
  }
}
