import { tfjs } from '@nablajs/backend-tfjs';
import { describeBackend } from '@nablajs/testkit';

describeBackend(() => tfjs({ engine: 'webgpu' }), {
  tolerances: [
    {
      reason: 'WGSL lets sine and cosine be off by 2^-11, and software rendering uses some of it',
      tests: ['sin/*', 'cos/*'],
      relative: 0.1,
    },
    {
      reason: "the engine's tanh and erf cancel near zero",
      tests: ['tanh/ragged/*', 'erf/ragged/*'],
      relative: 1e-3,
    },
  ],
});
