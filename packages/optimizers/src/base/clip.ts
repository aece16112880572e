// Limits on gradients, so that one bad batch cannot throw the weights away.
import { ConfigError, div, type Tensor } from '@nablajs/tensor';
import { requirePositive } from './config.ts';

/** How gradients are limited; at most one of the three. */
export interface ClipConfig {
  /** Every element to `[-clipValue, clipValue]`. Default `null`: as it is. */
  readonly clipValue: number | null;
  /** The norm of each gradient by itself, at most. Default `null`: any. */
  readonly clipNorm: number | null;
  /** The norm of all gradients together, at most: their directions relative to each other stay. Default `null`: any. */
  readonly globalClipNorm: number | null;
}

/** Throws when a limit is not positive, or there are two. */
export function checkClip(type: string, config: ClipConfig): void {
  const { clipValue, clipNorm, globalClipNorm } = config;
  const given = Object.entries({ clipValue, clipNorm, globalClipNorm }).filter(([, limit]) => limit !== null);
  for (const [option, limit] of given) requirePositive(type, option, limit!);
  if (given.length > 1) {
    const names = given.map(([option]) => option).join(' and ');
    throw new ConfigError(`${type}: ${names} exclude each other. Keep one of them.`);
  }
}

/** The gradients, limited. */
export function clipGradients(gradients: readonly Tensor[], config: ClipConfig): readonly Tensor[] {
  const { clipValue, clipNorm, globalClipNorm } = config;
  if (clipValue !== null) return gradients.map((gradient) => gradient.clip(-clipValue, clipValue));
  if (clipNorm !== null) return gradients.map((gradient) => scaled(gradient, sumOfSquares(gradient).sqrt(), clipNorm));
  if (globalClipNorm === null || gradients.length === 0) return gradients;
  const norm = gradients
    .map(sumOfSquares)
    .reduce((total, part) => total.add(part))
    .sqrt();
  return gradients.map((gradient) => scaled(gradient, norm, globalClipNorm));
}

function sumOfSquares(gradient: Tensor): Tensor {
  return gradient.square().sum();
}

/** Divided so that a norm above the limit becomes the limit; otherwise multiplied by exactly 1. */
function scaled(gradient: Tensor, norm: Tensor, limit: number): Tensor {
  return gradient.mul(div(limit, norm.maximum(limit)).cast(gradient.dtype));
}
