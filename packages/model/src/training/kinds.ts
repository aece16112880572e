// Whether an output gives probabilities, or numbers of any size that a softmax or sigmoid would turn into them.
import type { AnyLayer } from '@nablajs/layers';
import { isRecord } from '@nablajs/tensor';

/** What the numbers of an output are, for a classifier. */
export type OutputKind = 'probabilities' | 'logits';

/** How far the probabilities of a sample may add up to something else than 1. */
const TOLERANCE = 1e-3;

/** What a layer's activation says of its outputs; `null` where it leaves that open. */
export function kindByActivation(layer: AnyLayer): OutputKind | null {
  const activation = activationOf(layer);
  if (activation === 'softmax' || activation === 'sigmoid') return 'probabilities';
  return activation === 'linear' ? 'logits' : null;
}

/** The name of a layer's activation; `null` for layers that have none. */
export function activationOf(layer: { readonly type: string; readonly config: object }): string | null {
  if (layer.type === 'Softmax') return 'softmax';
  const { activation } = layer.config as { readonly activation?: unknown };
  const name = isRecord(activation) ? activation['type'] : activation;
  return typeof name === 'string' ? `${name[0]?.toLowerCase()}${name.slice(1)}` : null;
}

/**
 * What shows that values in rows of `width` are no probabilities, `-2.1` or that they add up to something else than 1; `null`
 * where nothing does.
 */
export function strayOutput(values: ArrayLike<number>, width: number): string | null {
  for (let start = 0; start < values.length; start += width) {
    let sum = 0;
    for (let i = start; i < start + width; i++) {
      const value = values[i]!;
      if (value < 0 || (width === 1 && value > 1)) return short(value);
      sum += value;
    }
    if (width > 1 && Math.abs(sum - 1) > TOLERANCE) return `numbers that add up to ${short(sum)} in a sample`;
  }
  return null;
}

function short(value: number): string {
  return String(Number(value.toPrecision(3)));
}
