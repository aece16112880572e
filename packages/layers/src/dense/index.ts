export { Dense, type DenseConfig, type DenseOptions } from './dense.ts';
export { Maxout, type MaxoutConfig, type MaxoutOptions } from './maxout.ts';
