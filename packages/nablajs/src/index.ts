// Everything a beginner needs from one name, and a backend that needs no choosing.
import { cpu } from '@nablajs/backend-cpu';
import { setDefaultBackend } from '@nablajs/tensor';

setDefaultBackend(() => cpu());

export * from '@nablajs/autograd';
export { cpu } from '@nablajs/backend-cpu';
export * from '@nablajs/data';
export * from '@nablajs/layers';
export * from '@nablajs/losses';
export * from '@nablajs/metrics';
export * from '@nablajs/model';
export * from '@nablajs/optimizers';
export * from '@nablajs/tensor';
