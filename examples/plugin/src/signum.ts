import { Optimizer, type Tensor, type Update, type UpdateCall, zerosLike } from 'nablajs';

/** Options of {@link Signum} beside those of every optimizer. A type, not an interface: it is plain data by name. */
export type SignumConfig = {
  /** How much of the past is kept. Default 0.9. */
  readonly momentum: number;
};

type SignumSlots = { readonly average: Tensor };

/** Steps of equal size in the direction of the averaged gradient's sign (Bernstein et al., 2018). */
export class Signum extends Optimizer<SignumConfig, SignumSlots> {
  static override readonly type: string = 'acme/Signum';
  static override readonly defaults: object = { learningRate: 1e-3, momentum: 0.9 };

  protected override slots(parameter: Tensor): SignumSlots {
    return { average: zerosLike(parameter) };
  }

  protected update({
    parameter,
    gradient,
    slots,
    rate,
    config,
  }: UpdateCall<SignumConfig, SignumSlots>): Update<SignumSlots> {
    const average = slots.average.mul(config.momentum).add(gradient.mul(1 - config.momentum));
    return { parameter: parameter.sub(average.sign().mul(rate)), slots: { average } };
  }
}
