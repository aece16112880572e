// What is written for other devices and thread counts computes the same: run here on the CPU, which takes all of it.
import { lowerGraph } from '@nablajs/onnx';
import { describeBackend } from '@nablajs/testkit';
import { backendOn } from '../src/backend.ts';
import { cpuEngine } from '../src/cpu-engine.ts';

const engine = () => cpuEngine({ threads: 1, spinning: false, library: undefined });

describeBackend(() =>
  backendOn({ ...engine(), name: 'cuda-models', lower: (graph) => lowerGraph(graph, { device: 'cuda' }) }),
);
describeBackend(() =>
  backendOn({ ...engine(), name: 'two-threads', lower: (graph) => lowerGraph(graph, { threads: 2 }) }),
);
