export { type CheckOptions, checkGradients } from './check.ts';
export { type CustomGradient, checkpoint, customGradient, stopGradient, stopGradientOp } from './control.ts';
export { type GradientsOf, grad, hessian, jacobian, valueAndGrad, vjp } from './functions.ts';
export { gradients, type Target } from './gradients.ts';
