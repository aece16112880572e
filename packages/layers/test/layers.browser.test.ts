// Every layer's training step on WebGL.
import { tfjs } from '@nablajs/backend-tfjs';
import { describeLayers } from '@nablajs/testkit';
import { CASES } from './cases/index.ts';

describeLayers(CASES, { 'tfjs-webgl': () => tfjs({ engine: 'webgl' }) }, { onlyAgreement: true });
