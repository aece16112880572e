import { log } from '../../fuse/math/log.ts';
import { offset } from '../../kernels/arithmetic.ts';
import { defineKernel, type Kernel } from '../../kernels/kernel.ts';
import { f32x4, i32, madd, v128 } from '../../wasm/index.ts';
import { eachVector, largest, ROWS, store, sumOfExponentials } from './softmax.ts';

/** Logarithm of softmax along rows; units are rows. */
export const logSoftmaxRows: Kernel<typeof ROWS> = defineKernel('logSoftmaxRows', ROWS, (f, p, { options }) => {
  const c = { f, madd: madd(options.relaxed) };
  f.for(p.begin, p.end, 1, (index) => {
    const x = f.let(offset(p.x, index, p.row));
    const y = f.let(offset(p.y, index, p.row));
    const top = largest(f, x, p.row);
    const logSum = f.let(
      log(
        c,
        sumOfExponentials(c, x, p.row, top, () => undefined),
      ),
    );
    eachVector(f, p.row, (at, lanes) => {
      // First the shift, which is exact for the largest: the logarithm must not disappear beside a large one.
      const value = f.let(f32x4.sub(f32x4.sub(v128.load(i32.add(x, at)), top), logSum));
      store(f, f.let(i32.add(y, at)), value, lanes);
    });
  });
});
