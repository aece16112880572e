import type { Layer } from '@nablajs/layers';

/** How messages name a layer: `"dense_1" (Dense)`. */
export function layerLabel(layer: Layer): string {
  return `"${layer.name}" (${layer.type})`;
}
