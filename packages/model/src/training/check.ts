// Data looked at on the host before it trains anything: NaN and wrong labels are found where they are, not as a NaN loss.
import type { Loss } from '@nablajs/losses';
import { ConfigError, type HostArray, type Spec, sizeOf, type Tensor } from '@nablajs/tensor';

/** Throws ConfigError at the first NaN of an input that is on the host; `first` names the layer it would enter. */
export function checkInput(x: Tensor, offset: number, first: string): void {
  const data = hostData(x);
  if (!data || x.dtype !== 'float32') return;
  const at = data.findIndex((value: number) => Number.isNaN(value));
  if (at < 0) return;
  const perSample = Math.max(1, sizeOf(x.shape.slice(1)));
  throw new ConfigError(
    `the input holds NaN, first in sample ${offset + Math.floor(at / perSample)}, element ${at % perSample}. Clean the data, or replace NaN before training.`,
    { path: first },
  );
}

/** Lets the loss look at labels that are on the host; `last` names the layer whose output they are compared with. */
export function checkLabels(loss: Loss, y: Tensor, prediction: Spec, last: string): void {
  const labels = hostData(y);
  if (!labels || !loss.checkLabels) return;
  try {
    loss.checkLabels(labels, y.spec, prediction);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw new ConfigError(error.detail, { path: last, cause: error });
  }
}

function hostData(x: Tensor): HostArray | null {
  return x.node.source?.kind === 'host' ? x.node.source.data : null;
}
