// A training step of every class of layers on WebGL. Variants differ in options rather than in kernels, and each costs the
// software renderer a dozen shaders: they are left to Node.
import { tfjs } from '@nablajs/backend-tfjs';
import { describeLayers } from '@nablajs/testkit';
import { CASES } from './cases/index.ts';

const firstOfClass = new Map([...CASES].reverse().map((one) => [one[1].make().type, one] as const));

describeLayers(
  [...firstOfClass.values()].reverse(),
  { 'tfjs-webgl': () => tfjs({ engine: 'webgl' }) },
  { onlyAgreement: true },
);
