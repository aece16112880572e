// Images at another size by any kernel: along each axis a fixed matrix of weights.
import { fromData, resize, type Tensor } from '@nablajs/tensor';
import { choice, type Field } from '../base/options.ts';
import { mapAlong } from '../spatial/along.ts';

/** How values between cells are found. */
export type Interpolation = 'nearest' | 'bilinear' | 'bicubic' | 'lanczos3' | 'lanczos5';

/** The option `interpolation`. */
export function interpolation(fallback: Interpolation): Field<Interpolation> {
  return choice<Interpolation>(['nearest', 'bilinear', 'bicubic', 'lanczos3', 'lanczos5'], fallback);
}

interface Kernel {
  readonly radius: number;
  readonly weight: (distance: number) => number;
}

const KERNELS: Readonly<Record<Exclude<Interpolation, 'nearest'>, Kernel>> = {
  bilinear: { radius: 1, weight: (x) => Math.max(0, 1 - x) },
  // Keys, 1981, with a = -1/2.
  bicubic: {
    radius: 2,
    weight: (x) => (x < 1 ? (1.5 * x - 2.5) * x * x + 1 : x < 2 ? ((-0.5 * x + 2.5) * x - 4) * x + 2 : 0),
  },
  lanczos3: { radius: 3, weight: (x) => lanczos(x, 3) },
  lanczos5: { radius: 5, weight: (x) => lanczos(x, 5) },
};

function lanczos(x: number, radius: number): number {
  if (x === 0) return 1;
  if (x >= radius) return 0;
  const angle = Math.PI * x;
  return (radius * Math.sin(angle) * Math.sin(angle / radius)) / angle ** 2;
}

/**
 * `x [batch, ...spatial, channels]` with other spatial sizes, sampled at half-pixel centres; weights that fall outside of
 * the image are left out, and the others scaled to add up to 1. With `antialias` kernels widen where images shrink.
 */
export function resample(x: Tensor, sizes: readonly number[], mode: Interpolation, antialias: boolean = false): Tensor {
  if (mode === 'nearest' || (mode === 'bilinear' && !antialias)) return resize(x, sizes, mode);
  const matrices = sizes.map((size, i) => weightsFor(x.shape[i + 1]!, size, KERNELS[mode], antialias));
  return matrices.reduce<Tensor>((y, matrix, i) => (matrix === null ? y : mapAlong(y, i + 1, matrix)), x);
}

/** `[cells, places]`: the share of each cell in each place. `null` when nothing changes. */
function weightsFor(cells: number, places: number, { radius, weight }: Kernel, antialias: boolean): Tensor | null {
  if (cells === places) return null;
  const spread = antialias ? Math.max(1, cells / places) : 1;
  const weights = new Float32Array(cells * places);
  for (let place = 0; place < places; place++) {
    const centre = ((place + 0.5) * cells) / places - 0.5;
    const first = Math.max(0, Math.ceil(centre - radius * spread));
    const last = Math.min(cells - 1, Math.floor(centre + radius * spread));
    const found = Array.from({ length: last - first + 1 }, (_, i) => weight(Math.abs(first + i - centre) / spread));
    const total = found.reduce((sum, share) => sum + share, 0);
    for (const [i, share] of found.entries()) weights[(first + i) * places + place] = share / total;
  }
  return fromData(weights, [cells, places]);
}
