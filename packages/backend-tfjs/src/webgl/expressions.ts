// One element of each op as a GLSL expression. All dtypes live in floats: integers exact to 24 bits, false and true 0 and 1.
import type { Call } from '../lower/lowering.ts';

/** The expression of an op's element from those of its operands. */
export type Expression = (call: Call, ...operands: string[]) => string;

function f(name: string): Expression {
  return (_, ...operands) => `${name}(${operands.join(', ')})`;
}

function infix(operator: string): Expression {
  return (_, a, b) => `(${a} ${operator} ${b})`;
}

function test(condition: (a: string, b: string) => string): Expression {
  return (_, a, b) => `float(${condition(a!, b!)})`;
}

function byDType(float: Expression, integer: Expression): Expression {
  return (call, ...operands) => (call.operands[0]!.dtype === 'int32' ? integer : float)(call, ...operands);
}

/** Ops that map each element by itself. */
export const EXPRESSIONS: Readonly<Record<string, Expression>> = {
  neg: (_, x) => `(-${x})`,
  abs: f('abs'),
  sign: f('nablaSign'),
  exp: f('nablaExp'),
  expm1: f('nablaExpm1'),
  log: f('nablaLog'),
  log1p: f('nablaLog1p'),
  sqrt: f('nablaSqrt'),
  sin: (_, x) => `nablaWave(${x}, 0.0)`,
  cos: (_, x) => `nablaWave(${x}, 1.0)`,
  tanh: f('nablaTanh'),
  erf: f('nablaErf'),
  floor: f('floor'),
  ceil: f('ceil'),
  round: f('roundEven'),
  isNaN: (_, x) => `float(nablaNaN(${x}))`,
  sigmoid: (_, x) => `(1.0 / (1.0 + nablaExp(-${x})))`,
  relu: (_, x) => `(${x} < 0.0 ? 0.0 : ${x})`,
  add: infix('+'),
  sub: infix('-'),
  mul: infix('*'),
  div: f('nablaDiv'),
  pow: f('nablaPow'),
  maximum: f('nablaMax'),
  minimum: f('nablaMin'),
  floorDiv: byDType((_, a, b) => `floor(${a} / ${b})`, f('nablaIntDiv')),
  mod: byDType(f('nablaMod'), f('nablaIntMod')),
  equal: test((a, b) => `${a} == ${b}`),
  less: test((a, b) => `${a} < ${b}`),
  lessEqual: test((a, b) => `${a} <= ${b}`),
  logicalAnd: infix('*'),
  logicalOr: f('max'),
  logicalNot: (_, x) => `(1.0 - ${x})`,
  where: (_, condition, a, b) => `(${condition} != 0.0 ? ${a} : ${b})`,
  cast: ({ operands, spec }, x) =>
    spec.dtype === 'bool' && operands[0]!.dtype !== 'bool'
      ? `(${x} == 0.0 ? 0.0 : 1.0)`
      : spec.dtype === 'int32' && operands[0]!.dtype === 'float32'
        ? `nablaInt(${x})`
        : x!,
};
