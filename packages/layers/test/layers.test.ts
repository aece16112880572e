import { CASES } from './cases.ts';
import { describeLayer } from './kit.ts';

for (const [title, claims] of CASES) describeLayer(title, claims);
