export { Dropout, type DropoutOptions } from './dropout.ts';
