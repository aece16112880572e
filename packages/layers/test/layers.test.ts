import { CASES } from './cases/index.ts';
import { describeLayer } from './kit.ts';

for (const [title, claims] of CASES) describeLayer(title, claims);
