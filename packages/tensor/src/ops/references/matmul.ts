// Matrix products, by definition.
import type { ReferenceCall } from '../../op.ts';
import { type HostArray, type Spec, sizeOf } from '../../spec.ts';
import { wide } from '../constant.ts';
import type { MatmulAttrs } from '../matmul.ts';
import { dimensions } from '../matmul-dimensions.ts';
import type { References } from './reference.ts';

/** Products. */
export const matmulReferences: References = {
  matmul: ({ inputs: [a, b], specs, attrs, spec }: ReferenceCall<MatmulAttrs>) => product(a!, b!, specs, attrs, spec),
};

function product(a: HostArray, b: HostArray, specs: readonly Spec[], attrs: MatmulAttrs, spec: Spec): HostArray {
  const { m, k, n } = dimensions(specs[0]!.shape, specs[1]!.shape, attrs);
  const out = wide(spec.dtype, sizeOf(spec.shape));
  const [rowA, stepA] = attrs.transposeA ? [1, m] : [k, 1];
  const [stepB, columnB] = attrs.transposeB ? [1, k] : [n, 1];
  const batches = sizeOf(spec.shape.slice(0, -2));
  for (let batch = 0; batch < batches; batch++) {
    for (let row = 0; row < m; row++) {
      for (let column = 0; column < n; column++) {
        let total = 0;
        for (let i = 0; i < k; i++) {
          total += a[batch * m * k + row * rowA + i * stepA]! * b[batch * k * n + i * stepB + column * columnB]!;
        }
        out[batch * m * n + row * n + column] = total;
      }
    }
  }
  return out;
}
