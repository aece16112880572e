// Labels on the host. Wrong ones would not fail: they would train something else, or end in a NaN far from here.
import { ConfigError, type HostArray, type Spec, stridesOf } from '@nablajs/tensor';

/** Throws at the first label that is NaN or infinite. */
export function requireFinite(name: string, labels: HostArray, truth: Spec): void {
  const at = firstWrong(labels, Number.isFinite);
  if (at < 0) return;
  throw bad(name, labels, truth, at, 'is no number to learn from', 'Clean the data, or leave these samples out.');
}

/** Where the first label is that a test refuses; -1 when there is none. */
export function firstWrong(labels: HostArray, isRight: (value: number) => boolean): number {
  return labels.findIndex((value: number) => !isRight(value));
}

/** The error for a label that cannot be one. */
export function bad(
  name: string,
  labels: HostArray,
  { shape }: Spec,
  at: number,
  problem: string,
  fix: string,
): ConfigError {
  const strides = stridesOf(shape);
  const place = shape.map((size, axis) => Math.floor(at / strides[axis]!) % size);
  while (place.length > 1 && shape[place.length - 1] === 1) place.pop();
  const index = place.length === 1 ? place[0] : `[${place.join(', ')}]`;
  return new ConfigError(`${name}: label ${labels[at]} at index ${index} ${problem}. ${fix}`);
}
