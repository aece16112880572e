// What ops give by definition, away from what programs load.

export { referenceOf } from './ops/references/index.ts';
export type { Reference } from './ops/references/reference.ts';
