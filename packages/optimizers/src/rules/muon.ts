import { matmul, type Tensor, type Variable, zerosLike } from '@nablajs/tensor';
import { requireCount, requireNumber } from '../base/config.ts';
import { Optimizer } from '../base/optimizer.ts';
import type { OptimizerOptions, Update, UpdateCall } from '../base/options.ts';
import { isNamed } from '../base/parameter-names.ts';
import type { Schedule } from '../schedules/schedule.ts';
import { moved, reached } from './moving.ts';

/** Own config of {@link Muon}. */
export interface MuonConfig {
  /** The share of the last step that is kept, for matrices. 0 to below 1, default 0.95. */
  readonly momentum: number;
  /** Look ahead along the momentum. Default `true`. */
  readonly nesterov: boolean;
  /** Rounds of Newton and Schulz. Default 5. */
  readonly nsSteps: number;
  /** `a` of a round, `a X + b (X X') X + c (X X')^2 X`. Default 3.4445. */
  readonly muonA: number;
  /** `b` of a round. Default -4.775. */
  readonly muonB: number;
  /** `c` of a round. Default 2.0315. */
  readonly muonC: number;
  /** Steps are multiplied by it and the root of the longer side, so that Adam's rates fit. Default 0.2; `null`: they are not. */
  readonly rmsRate: number | null;
  /** Parameters whose names contain one of these follow Adam: give the output layer's. Default none. */
  readonly excludeLayers: readonly string[];
  /** Parameters whose names contain `embedding` follow Adam. Default `true`. */
  readonly excludeEmbeddings: boolean;
  /** How slowly Adam's mean of gradients moves. Default 0.9. */
  readonly adamBeta1: number;
  /** How slowly Adam's mean of squares moves. Default 0.999. */
  readonly adamBeta2: number;
  /** Keeps Adam's division finite. Default 1e-7. */
  readonly epsilon: number;
  /** Adam's rate as a multiple of the learning rate. Default 1. */
  readonly adamLrRatio: number;
  /** Weight decay of what follows Adam, `null` for none. Default 0.004. */
  readonly adamWeightDecay: number | null;
}

type MuonSlots = { readonly momentum: Tensor; readonly velocity?: Tensor };

/**
 * Momentum made orthogonal: the step of a matrix is `U V'` of the singular value decomposition `U S V'` of its momentum
 * `m = momentum m + g`, found by Newton-Schulz rounds, so that no direction dominates. What is no matrix, and embeddings,
 * follow Adam. Both shrink by 0.004 times the rate. Jordan et al., 2024, kellerjordan.github.io/posts/muon; Liu et al.,
 * 2025, arXiv:2502.16982.
 */
export class Muon extends Optimizer<MuonConfig, MuonSlots> {
  static override readonly type: string = 'Muon';
  static override readonly defaults: object = {
    learningRate: 0.001,
    weightDecay: 0.004,
    momentum: 0.95,
    nesterov: true,
    nsSteps: 5,
    muonA: 3.4445,
    muonB: -4.775,
    muonC: 2.0315,
    rmsRate: 0.2,
    excludeLayers: [],
    excludeEmbeddings: true,
    adamBeta1: 0.9,
    adamBeta2: 0.999,
    epsilon: 1e-7,
    adamLrRatio: 1,
    adamWeightDecay: 0.004,
  };
  static override readonly limits: Readonly<Record<string, number>> = {
    momentum: 1,
    adamBeta1: 1,
    adamBeta2: 1,
    epsilon: Number.POSITIVE_INFINITY,
    adamLrRatio: Number.POSITIVE_INFINITY,
  };

  constructor(learningRate?: number | Schedule | OptimizerOptions<MuonConfig>, options?: OptimizerOptions<MuonConfig>) {
    super(learningRate, options);
    const { nsSteps, rmsRate, adamWeightDecay } = this.config;
    requireCount(this.type, 'nsSteps', nsSteps, 1);
    if (rmsRate !== null) requireNumber(this.type, 'rmsRate', rmsRate);
    if (adamWeightDecay !== null) requireNumber(this.type, 'adamWeightDecay', adamWeightDecay);
  }

  protected override slots(parameter: Tensor, name: string): MuonSlots {
    const momentum = zerosLike(parameter);
    return this.#followsAdam(parameter.rank, name) ? { momentum, velocity: momentum } : { momentum };
  }

  protected override weightDecayOf({ shape, name }: Variable): number | null {
    return this.#followsAdam(shape.length, name) ? this.config.adamWeightDecay : this.config.weightDecay;
  }

  #followsAdam(rank: number, name: string): boolean {
    const { excludeEmbeddings, excludeLayers } = this.config;
    return rank !== 2 || (excludeEmbeddings && /embedding/i.test(name)) || isNamed(name, excludeLayers);
  }

  protected update(call: UpdateCall<MuonConfig, MuonSlots>): Update<MuonSlots> {
    return call.slots.velocity ? adamStep(call, call.slots.velocity) : orthogonalStep(call);
  }
}

function orthogonalStep({
  parameter,
  gradient,
  slots,
  rate,
  config,
}: UpdateCall<MuonConfig, MuonSlots>): Update<MuonSlots> {
  const momentum = slots.momentum.mul(config.momentum).add(gradient);
  const ahead = config.nesterov ? gradient.add(momentum.mul(config.momentum)) : momentum;
  const size = config.rmsRate === null ? 1 : Math.sqrt(Math.max(...parameter.shape)) * config.rmsRate;
  return { parameter: parameter.sub(orthogonal(ahead, config).mul(rate.mul(size))), slots: { momentum } };
}

/** A matrix with all singular values moved towards 1, their directions kept. */
function orthogonal(x: Tensor, { nsSteps, muonA, muonB, muonC }: MuonConfig): Tensor {
  const [rows = 1, columns = 1] = x.shape;
  // The products are taken over the longer side, so that they are small.
  const wide = rows > columns ? x.transpose() : x;
  let y = wide.div(wide.square().sum().sqrt().add(1e-7));
  for (let i = 0; i < nsSteps; i++) {
    const square = matmul(y, y, { transposeB: true });
    const factor = square.mul(muonB).add(matmul(square, square).mul(muonC));
    y = y.mul(muonA).add(matmul(factor, y));
  }
  return rows > columns ? y.transpose() : y;
}

function adamStep(call: UpdateCall<MuonConfig, MuonSlots>, last: Tensor): Update<MuonSlots> {
  const { parameter, gradient, slots, rate, step, config } = call;
  const momentum = moved(slots.momentum, gradient, config.adamBeta1);
  const velocity = moved(last, gradient.square(), config.adamBeta2);
  const alpha = rate
    .mul(config.adamLrRatio)
    .mul(reached(config.adamBeta2, step).sqrt())
    .div(reached(config.adamBeta1, step));
  return {
    parameter: parameter.sub(momentum.mul(alpha).div(velocity.sqrt().add(config.epsilon))),
    slots: { momentum, velocity },
  };
}
