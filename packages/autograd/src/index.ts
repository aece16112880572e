export { type CheckOptions, checkGradients } from './check.ts';
export { checkpoint } from './checkpoint.ts';
export { type CustomGradient, customGradient, stopGradient, stopGradientOp } from './control.ts';
export { type GradientsOf, grad, hessian, jacobian, valueAndGrad, vjp } from './functions.ts';
export { gradients, type Target } from './gradients.ts';
