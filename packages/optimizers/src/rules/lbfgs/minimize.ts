import { compile, scalar, stack, type Tensor, type Variable, variable, zeros, zerosLike } from '@nablajs/tensor';
import { directions, remembered, total } from './direction.ts';
import { type Probe, strongWolfe } from './strong-wolfe.ts';

/** A loss, a scalar, and its gradients with respect to all parameters, in their order. */
export interface Evaluation {
  readonly loss: Tensor;
  readonly gradients: readonly Tensor[];
}

/** When a minimization ends. */
export interface MinimizeOptions {
  /** Default 100. */
  readonly maxSteps?: number;
  /** Evaluations of the loss in one step. Default 20. */
  readonly maxEvaluations?: number;
  /** No element of a gradient is larger. Default 1e-5. */
  readonly gradientTolerance?: number;
  /** A step lowers the loss by no larger part of itself. Default 1e-7, about what float32 can tell. */
  readonly lossTolerance?: number;
}

/** Where a minimization ended. */
export interface MinimizeResult {
  readonly loss: number;
  readonly steps: number;
  readonly evaluations: number;
  /** Which tolerance was reached; or that no lower point was found, or `maxSteps` came first. */
  readonly reason: 'gradient' | 'loss' | 'noLower' | 'maxSteps';
}

/** With the largest element of the gradients. */
interface Point extends Probe {
  readonly steepest: number;
}

/** What is kept of a parameter while it is searched for. */
interface Traveller {
  readonly parameter: Variable;
  readonly origin: Variable;
  readonly originGradient: Variable;
  readonly gradient: Variable;
  readonly direction: Variable;
  readonly steps: Variable;
  readonly changes: Variable;
}

/** Goes to a minimum, with a line search in each step. */
export async function minimize(
  parameters: readonly Variable[],
  evaluate: () => Evaluation,
  historySize: number,
  { maxSteps = 100, maxEvaluations = 20, gradientTolerance = 1e-5, lossTolerance = 1e-7 }: MinimizeOptions,
): Promise<MinimizeResult> {
  const travellers = new Map(
    parameters.flatMap((parameter, i) =>
      parameter.trainable ? [[i, traveller(parameter, historySize)] as const] : [],
    ),
  );
  const all = [...travellers.values()];
  const probe = compile((at: Tensor) => probed(travellers, evaluate, at), { name: 'minimize' });
  const turn = compile(() => turned(all), { name: 'minimizeDirection' });
  let evaluations = 0;
  const measure = async (at: number): Promise<Point> => {
    evaluations++;
    const [loss = 0, slope = 0, steepest = 0] = await (await probe(scalar(at))).data();
    return { at, loss, slope, steepest };
  };
  try {
    let here = await measure(0);
    const ended = (steps: number, reason: MinimizeResult['reason']): MinimizeResult => ({
      loss: here.loss,
      steps,
      evaluations,
      reason,
    });
    if (here.steepest <= gradientTolerance) return ended(0, 'gradient');
    for (let steps = 1; steps <= maxSteps; steps++) {
      const [slope = 0, size = 0] = await (await turn()).data();
      const start: Point = { ...here, at: 0, slope };
      const end =
        slope < 0 ? await strongWolfe(measure, start, steps === 1 ? Math.min(1, 1 / size) : 1, maxEvaluations) : start;
      // The search may have looked farther after the point it chose.
      const before = here.loss;
      here = await measure(end.at);
      if (end.at === 0) return ended(steps - 1, 'noLower');
      if (here.steepest <= gradientTolerance) return ended(steps, 'gradient');
      if (before - here.loss <= lossTolerance * Math.abs(before)) return ended(steps, 'loss');
    }
    return ended(maxSteps, 'maxSteps');
  } finally {
    probe.dispose();
    turn.dispose();
  }
}

/** Goes to a place on the line through the origin: the loss there, its slope along the line, the largest element of the gradients. */
function probed(travellers: ReadonlyMap<number, Traveller>, evaluate: () => Evaluation, at: Tensor): Tensor {
  const all = [...travellers.values()];
  for (const { parameter, origin, direction } of all) {
    parameter.assign(origin.value.add(direction.value.mul(at.cast(parameter.dtype))));
  }
  const { loss, gradients } = evaluate();
  for (const [i, { gradient }] of travellers) gradient.assign(gradients[i]!);
  const slope = total(all.map(({ gradient, direction }) => gradient.value.mul(direction.value)));
  const steepest = all.map(({ gradient }) => gradient.value.abs().max()).reduce((a, b) => a.maximum(b));
  return stack([loss, slope, steepest].map((value) => value.cast('float32')));
}

function traveller(parameter: Variable, historySize: number): Traveller {
  const state = (name: string, start: () => Tensor): Variable =>
    variable(start, { name: `${parameter.name}/${name}`, trainable: false });
  const zero = (): Tensor => zerosLike(parameter.value);
  const past = (): Tensor => zeros([historySize, ...parameter.shape], parameter.dtype);
  return {
    parameter,
    origin: state('origin', () => parameter.value),
    originGradient: state('originGradient', zero),
    gradient: state('gradient', zero),
    direction: state('direction', zero),
    steps: state('steps', past),
    changes: state('changes', past),
  };
}

/** Makes here the origin of a new direction; the slope along it, and the sum of all sizes of gradients. */
function turned(travellers: readonly Traveller[]): Tensor {
  const histories = remembered(
    travellers.map(({ steps, changes }) => ({ steps: steps.value, changes: changes.value })),
    travellers.map(({ parameter, origin, gradient, originGradient }) => ({
      step: parameter.value.sub(origin.value),
      change: gradient.value.sub(originGradient.value),
    })),
  );
  const gradients = travellers.map(({ gradient }) => gradient.value);
  const ways = directions(histories, gradients);
  for (const [i, { parameter, origin, originGradient, gradient, direction, steps, changes }] of travellers.entries()) {
    origin.assign(parameter.value);
    originGradient.assign(gradient.value);
    direction.assign(ways[i]!);
    steps.assign(histories[i]!.steps);
    changes.assign(histories[i]!.changes);
  }
  const slope = total(ways.map((way, i) => way.mul(gradients[i]!)));
  return stack([slope, total(gradients.map((gradient) => gradient.abs()))].map((value) => value.cast('float32')));
}
