// Layers and networks that several tests use.
import { Dense, Input, Layer } from '@nablajs/layers';
import type { Tensor } from '@nablajs/tensor';
import { Model } from '../src/index.ts';

/** The sum of its inputs. */
export class Sum extends Layer<object, readonly Tensor[]> {
  static override readonly type: string = 'test/Sum';
  protected override build(): void {}
  protected override call(xs: readonly Tensor[]): Tensor {
    return xs.reduce((sum, x) => sum.add(x));
  }
}

/** The first and the other features. */
export class Halves extends Layer<object, Tensor, readonly [Tensor, Tensor]> {
  static override readonly type: string = 'test/Halves';
  protected override build(): void {}
  protected override call(x: Tensor): readonly [Tensor, Tensor] {
    const half = x.shape[1]! / 2;
    return [x.slice([0, 0], [x.shape[0]!, half]), x.slice([0, half], [x.shape[0]!, half])];
  }
}

/** What `loadModel` needs for these. */
export const testPlugin = { name: 'test', layers: [Sum, Halves] } as const;

/** Two inputs through one shared layer, their sum, and two outputs. */
export function twoByTwo() {
  const [a, b] = [Input({ shape: [2], name: 'a' }), Input({ shape: [2], name: 'b' })];
  const shared = new Dense(3, { activation: 'tanh', name: 'shared' });
  const sum = new Sum({ name: 'sum' }).apply([shared.apply(a), shared.apply(b)]);
  const digit = new Dense(3, { activation: 'softmax', name: 'digit' }).apply(sum);
  const size = new Dense(1, { name: 'size' }).apply(sum);
  return new Model({ inputs: { a, b }, outputs: { digit, size }, name: 'two' });
}
