import { ConfigError, formatShape, fromData, randomStream, type Shape, sizeOf, type Tensor } from '@nablajs/tensor';
import { readOptions, real } from '../base/options.ts';
import { Initializer } from './initializer.ts';
import { seed, seeded } from './seeded.ts';

/** Configuration of {@link Orthogonal}. */
export interface OrthogonalConfig {
  /** A factor. Default 1. */
  readonly gain: number;
  /** Default `null`: the global stream. */
  readonly seed: number | null;
}

/**
 * A random matrix with orthonormal columns, or rows if it has fewer of them; leading axes count as rows together. Computed
 * on the host. Saxe et al., 2013, arXiv:1312.6120.
 */
export class Orthogonal extends Initializer<OrthogonalConfig> {
  static override readonly type: string = 'Orthogonal';

  constructor(config: Partial<OrthogonalConfig> = {}) {
    super(readOptions('Orthogonal', { gain: real(1), seed }, config));
  }

  /** @throws ConfigError for fewer than two axes */
  override apply(shape: Shape): Tensor {
    if (shape.length < 2) {
      throw new ConfigError(
        `initializer Orthogonal: needs two axes or more, asked for ${formatShape(shape)}. Use 'randomNormal' for vectors.`,
      );
    }
    const columns = shape.at(-1)!;
    const rows = sizeOf(shape.slice(0, -1));
    const [count, length] = rows < columns ? [rows, columns] : [columns, rows];
    const vectors = seeded(this.config.seed, () => orthonormal(count, length));
    const data = Float32Array.from({ length: rows * columns }, (_, i) => {
      const [row, column] = [Math.floor(i / columns), i % columns];
      return this.config.gain * (rows < columns ? vectors[row]![column]! : vectors[column]![row]!);
    });
    return fromData(data, [...shape]);
  }
}

/** `count` orthonormal vectors, uniformly distributed: Gram-Schmidt on normal ones, twice, which is as exact as it gets. */
function orthonormal(count: number, length: number): Float64Array[] {
  const vectors: Float64Array[] = [];
  for (let i = 0; i < count; i++) {
    const vector = normalVector(length);
    for (let pass = 0; pass < 2; pass++) {
      for (const other of vectors) subtract(vector, other, dot(vector, other));
    }
    const norm = Math.sqrt(dot(vector, vector));
    vectors.push(vector.map((value) => value / norm));
  }
  return vectors;
}

/** Box-Muller, on the host. */
function normalVector(length: number): Float64Array {
  const words = randomStream().words(2 * length);
  return Float64Array.from({ length }, (_, i) => {
    const radius = Math.sqrt(-2 * Math.log((words[2 * i]! + 0.5) / 2 ** 32));
    return radius * Math.cos((2 * Math.PI * words[2 * i + 1]!) / 2 ** 32);
  });
}

function dot(a: Float64Array, b: Float64Array): number {
  let total = 0;
  for (let i = 0; i < a.length; i++) total += a[i]! * b[i]!;
  return total;
}

function subtract(a: Float64Array, b: Float64Array, factor: number): void {
  for (let i = 0; i < a.length; i++) a[i]! -= factor * b[i]!;
}
