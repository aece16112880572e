// One product as it is raced.
import { type Backend, compile, fromData, type Tensor } from 'nablajs';
import type { Contender } from '../frame/race.ts';

/** `[m, k] x [k, n]`. */
export interface Product {
  readonly m: number;
  readonly n: number;
  readonly k: number;
}

/** Its floating point operations. */
export function operationsOf({ m, n, k }: Product): number {
  return 2 * m * n * k;
}

/** Its shape as text. */
export function titleOf({ m, n, k }: Product): string {
  return `${m} x ${n} x ${k}`;
}

/** The product on a backend of ours. */
export function nablaProduct(name: string, backend: Backend, { m, n, k }: Product): Contender {
  const values = (...shape: [number, number]): Tensor =>
    fromData(
      Float32Array.from({ length: shape[0] * shape[1] }, (_, i) => ((i * 7919) % 64) / 64 - 0.5),
      shape,
    );
  const [a, b] = [values(m, k), values(k, n)];
  const multiply = compile((x: Tensor, y: Tensor) => x.matmul(y), { name, backend });
  return {
    name,
    async run(times): Promise<undefined> {
      for (let i = 0; i < times; i++) (await multiply(a, b))[Symbol.dispose]();
    },
  };
}
