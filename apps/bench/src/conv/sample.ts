// What all contenders convolve.

/** Images of `size` x `size`, `same` padding, stride 1. */
export interface Convolution {
  readonly batch: number;
  readonly size: number;
  readonly channels: number;
  readonly filters: number;
}

/** Numbers that are neither zeros nor all alike. */
export function sample(length: number): Float32Array {
  return Float32Array.from({ length }, (_, i) => ((i * 7919) % 1013) / 1013 - 0.5);
}
