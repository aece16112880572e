export { Constraint, type ConstraintLike, type ConstraintName } from './constraint.ts';
export { constraintFrom } from './from.ts';
export {
  MaxNorm,
  type MaxNormConfig,
  MinMaxNorm,
  type MinMaxNormConfig,
  NonNeg,
  type NormAxis,
  UnitNorm,
} from './norms.ts';
