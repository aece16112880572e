import { Loss, type LossConfig, type Tensor } from 'nablajs';

/** Configuration of {@link Charbonnier}. */
export interface CharbonnierConfig extends LossConfig {
  /** Where the bend is: far larger errors count as they are, far smaller ones squared. Default 0.001. */
  readonly epsilon: number;
}

/** `√(error² + ε²)`, averaged over the last axis: an absolute error without a corner (Charbonnier et al., 1994). */
export class Charbonnier extends Loss<CharbonnierConfig> {
  static override readonly type: string = 'acme/Charbonnier';
  static override readonly defaults: object = { epsilon: 1e-3 };

  override call(truth: Tensor, prediction: Tensor): Tensor {
    const { epsilon } = this.config;
    return truth
      .sub(prediction)
      .square()
      .add(epsilon * epsilon)
      .sqrt()
      .mean(-1);
  }
}
