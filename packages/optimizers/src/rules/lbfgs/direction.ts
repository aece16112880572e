// Where L-BFGS goes, from the last changes of parameters and gradients. The loop runs over coefficients of these vectors instead
// of over the vectors, so that all parameters together cost a few products of small matrices. Chen et al., 2014, "Large-scale
// L-BFGS using MapReduce".
import { arange, concat, type Tensor } from '@nablajs/tensor';

/** What is remembered of a parameter: its last changes, and those of its gradient, the newest last. */
export interface History {
  /** `[size, ...shape]`. */
  readonly steps: Tensor;
  /** `[size, ...shape]`. */
  readonly changes: Tensor;
}

/** Changes of one parameter and its gradient since the last update. */
export interface Change {
  readonly step: Tensor;
  readonly change: Tensor;
}

/** Below this product of both changes the loss does not curve upwards along the way. */
const LEAST_CURVATURE = 1e-10;

/** Histories with the newest changes, or as they were where the loss does not curve upwards. */
export function remembered(histories: readonly History[], changes: readonly Change[]): History[] {
  const curvature = total(changes.map(({ step, change }) => step.mul(change)));
  const isCurved = curvature.greater(LEAST_CURVATURE);
  const pushed = (past: Tensor, newest: Tensor): Tensor => {
    const [size = 1, ...shape] = past.shape;
    const rest = past.slice([1, ...shape.map(() => 0)], [size - 1, ...shape]);
    return isCurved.where(concat([rest, newest.expandDims(0)], 0), past);
  };
  return histories.map(({ steps, changes: past }, i) => ({
    steps: pushed(steps, changes[i]!.step),
    changes: pushed(past, changes[i]!.change),
  }));
}

/** Minus the gradients, times an estimate of the inverse of the second derivatives. */
export function directions(histories: readonly History[], gradients: readonly Tensor[]): Tensor[] {
  const size = histories[0]!.steps.shape[0]!;
  const bases = histories.map(({ steps, changes }, i) =>
    concat([steps.reshape([size, -1]), changes.reshape([size, -1]), gradients[i]!.reshape([1, -1])], 0),
  );
  const products = bases.map((basis) => basis.matmul(basis.transpose())).reduce((sum, gram) => sum.add(gram));
  const weights = coefficients(products, size).expandDims(0);
  return bases.map((basis, i) => weights.matmul(basis).reshape(gradients[i]!.shape));
}

/** Of the vectors steps, changes and gradient in the direction, from their products with each other. Nocedal, 1980. */
function coefficients(products: Tensor, size: number): Tensor {
  const count = 2 * size + 1;
  const unit = (i: number): Tensor => arange(count).equal(i).cast(products.dtype);
  const product = (i: number, of: Tensor): Tensor => products.slice([i, 0], [1, count]).reshape([count]).mul(of).sum();
  const entry = (i: number, k: number): Tensor => products.slice([i, k], [1, 1]).reshape([]);
  const shares: Tensor[] = [];
  const share = (i: number, part: Tensor): Tensor => {
    const whole = entry(i, size + i);
    // A place in the history that is still empty.
    return whole.greater(0).where(part.div(whole.equal(0).where(1, whole)), 0);
  };
  let found = unit(2 * size).neg();
  for (let i = size - 1; i >= 0; i--) {
    shares[i] = share(i, product(i, found));
    found = found.sub(unit(size + i).mul(shares[i]!));
  }
  const newest = entry(2 * size - 1, 2 * size - 1);
  const scale = entry(size - 1, 2 * size - 1).div(newest.equal(0).where(1, newest));
  found = found.mul(newest.equal(0).where(1, scale));
  for (let i = 0; i < size; i++) {
    found = found.add(unit(i).mul(shares[i]!.sub(share(i, product(size + i, found)))));
  }
  return found;
}

/** The sum of all elements of all tensors. */
export function total(parts: readonly Tensor[]): Tensor {
  return parts.map((part) => part.sum()).reduce((sum, part) => sum.add(part));
}
