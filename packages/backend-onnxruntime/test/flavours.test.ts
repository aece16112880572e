// What is written for other devices and numbers of threads computes the same: run here on the CPU, which takes all of it.
import { lowerGraph } from '@nablajs/onnx-graph';
import { convInputGradientOp, convKernelGradientOp, maxPoolGradientOp } from '@nablajs/tensor';
import { describeBackend, describeOp } from '@nablajs/testkit';
import { backendOn } from '../src/backend.ts';
import { cpuEngine } from '../src/cpu-engine.ts';
import type { Engine } from '../src/engine.ts';

const engine = (): Engine => cpuEngine({ threads: 1, spinning: false, library: undefined });

describeBackend(
  () => backendOn({ ...engine(), name: 'cuda-models', lower: (graph) => lowerGraph(graph, { device: 'cuda' }) }),
  {
    skip: [
      {
        reason: 'Gemm adds up in half precision on the CPU; models for the CPU give it float32',
        tests: [
          'matmul/float16/*67, 33*',
          'matmul/float16/*130, 260*',
          'convKernelGradient/float16/*(ragged sizes)',
        ].concat('convKernelGradient/float16/*(wide kernel)', 'convKernelGradient/float16/*(many channels)'),
      },
    ],
  },
);
describeOp(convInputGradientOp, {
  'two threads': () =>
    backendOn({ ...engine(), name: 'two-threads', lower: (graph) => lowerGraph(graph, { threads: 2 }) }),
});
const byImage = {
  'an image at a time': () =>
    backendOn({ ...engine(), name: 'images', lower: (graph) => lowerGraph(graph, { images: 1 }) }),
};
describeOp(convKernelGradientOp, byImage);
describeOp(maxPoolGradientOp, byImage);
