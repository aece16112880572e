export { Identity } from './identity.ts';
export { Lambda, type LambdaFunction, type LambdaOptions } from './lambda.ts';
export { Masking, type MaskingOptions } from './masking.ts';
export { WithMask } from './with-mask.ts';
