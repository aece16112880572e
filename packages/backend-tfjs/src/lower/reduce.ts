// Folds along axes.
import { onHost } from './host.ts';
import { attr, type Lowering } from './lowering.ts';

function fold(kernel: string, axisName: string): Lowering {
  return (machine, [x], call) => {
    const axes = attr<number[]>(call, 'axes');
    if (axes.length === 0) return machine.share(x!);
    return machine.reshape(machine.call(kernel, { x: x! }, { [axisName]: axes, keepDims: false }), call.spec.shape);
  };
}

function arg(kernel: string): Lowering {
  return (machine, [x], call) => machine.call(kernel, { x: x! }, { axis: attr<number>(call, 'axis') });
}

/** Sums, products, extremes and running sums. */
export const reduce: Readonly<Record<string, Lowering>> = {
  sum: fold('Sum', 'axis'),
  // Integers wrap around at 32 bits; kernels multiply them as floats.
  prod: (machine, inputs, call) => (call.spec.dtype === 'int32' ? onHost : fold('Prod', 'axis'))(machine, inputs, call),
  max: fold('Max', 'reductionIndices'),
  min: fold('Min', 'axis'),
  argMax: arg('ArgMax'),
  argMin: arg('ArgMin'),
  cumsum: (machine, [x], call) => machine.call('Cumsum', { x: x! }, call.attrs),
  softmax: (machine, [x], call) => machine.call('Softmax', { logits: x! }, { dim: attr<number>(call, 'axis') }),
};
