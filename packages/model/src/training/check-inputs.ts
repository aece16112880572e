import { ConfigError, type HostArray, sizeOf, type Tensor } from '@nablajs/tensor';
import type { AnyModel } from '../model.ts';
import { layerLabel } from '../names.ts';

/** Where a batch is in the data. */
export interface BatchPlace {
  /** How many samples came before it. */
  readonly offset: number;
  /** Which samples these are, where that is known: their order may be another one than that of the data. */
  readonly rows?: Uint32Array | undefined;
}

/** The number of a batch's sample in the data. */
export function sampleAt({ offset, rows }: BatchPlace, i: number): number {
  return rows?.[i] ?? offset + i;
}

/** Throws ConfigError at the first NaN of inputs that are on the host, naming the layer it would enter. */
export function checkInputs(model: AnyModel, inputs: readonly Tensor[], place: BatchPlace): void {
  for (const [i, x] of inputs.entries()) {
    const data = hostData(x);
    if (!data || x.dtype !== 'float32') continue;
    const at = data.findIndex((value: number) => Number.isNaN(value));
    if (at < 0) continue;
    const perSample = Math.max(1, sizeOf(x.shape.slice(1)));
    throw new ConfigError(
      `the input holds NaN, first in sample ${sampleAt(place, Math.floor(at / perSample))}, element ${at % perSample}. Clean the data, or replace NaN before training.`,
      { path: inputs.length > 1 ? `input '${model.inputPlaces.names[i]}'` : layerLabel(model.layers[0]!) },
    );
  }
}

/** The values of a tensor that was made of an array. */
export function hostData(x: Tensor): HostArray | null {
  return x.node.source?.kind === 'host' ? x.node.source.data : null;
}
