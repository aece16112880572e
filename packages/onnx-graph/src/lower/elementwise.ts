// Functions of single elements and of pairs. Operands stay as small as they broadcast from, in the order they lie in.
import { type DType, sameShape } from '@nablajs/tensor';
import { elementwise } from './by-element.ts';
import type { Emitter } from './emitter.ts';
import type { LowerCall, Lowering, LoweringTable } from './row.ts';
import type { Stored } from './stored.ts';
import type { Ref } from './writer.ts';

type Apply = (e: Emitter, ...refs: Ref[]) => Ref;

function row(apply: Apply): Lowering {
  return ({ operands, spec }: LowerCall, e) => elementwise(e, operands, spec, (refs) => apply(e, ...refs));
}

function unary(op: string, type?: DType): Lowering {
  return row((e, x) => e.unary(op, x!, type));
}

function binary(op: string, type?: DType): Lowering {
  return row((e, a, b) => e.binary(op, a!, b!, type));
}

/** Another row for int32. */
function byType(floats: Apply, integers: Apply): Lowering {
  return row((e, ...refs) => (refs[0]!.type === 'int32' ? integers : floats)(e, ...refs));
}

/** `e^x - 1`: through tanh where the difference would cancel, `e^x - 1 = 2 tanh(x/2) / (1 - tanh(x/2))`. */
function expm1(e: Emitter, x: Ref): Ref {
  const number = (value: number): Ref => e.scalar(x.type, value);
  const t = e.unary('Tanh', e.binary('Mul', x, number(0.5)));
  const near = e.binary('Div', e.binary('Mul', t, number(2)), e.binary('Sub', number(1), t));
  const far = e.binary('Sub', e.unary('Exp', x), number(1));
  return e.where(e.binary('Less', e.unary('Abs', x), number(0.5), 'bool'), near, far);
}

/** `ln(1 + x)` without losing small x: `x ln(u) / (u - 1)` with `u = 1 + x` rounded. Kahan; HP-15C handbook, 1982. */
function log1p(e: Emitter, x: Ref): Ref {
  const one = e.scalar(x.type, 1);
  const u = e.binary('Add', x, one);
  const grown = e.binary('Sub', u, one);
  const scaled = e.binary('Mul', e.unary('Log', u), e.binary('Div', x, grown));
  const zero = e.binary('Equal', grown, e.scalar(x.type, 0), 'bool');
  const infinite = e.binary('Equal', grown, e.scalar(x.type, Number.POSITIVE_INFINITY), 'bool');
  return e.where(e.binary('Or', zero, infinite), x, scaled);
}

/** Rounds quotients down; 0 for division by 0. Divisors 0 and -1 are kept from the divider, which traps on them. */
function floorDivIntegers(e: Emitter, a: Ref, b: Ref): Ref {
  const [zero, one, minus] = [0, 1, -1].map((value) => e.scalar('int32', value)) as [Ref, Ref, Ref];
  const byZero = e.binary('Equal', b, zero, 'bool');
  const byMinusOne = e.binary('Equal', b, minus, 'bool');
  const divisor = e.where(e.binary('Or', byZero, byMinusOne), one, b);
  const truncated = e.binary('Div', a, divisor);
  const rest = e.binary('Sub', a, e.binary('Mul', truncated, divisor));
  // Down by one where the rest is not 0 and its sign is not the divisor's.
  const signs = e.binary('Mul', e.unary('Sign', rest), e.unary('Sign', divisor));
  const down = e.cast(e.binary('Less', signs, zero, 'bool'), 'int32');
  const quotient = e.binary('Sub', truncated, down);
  return e.where(byMinusOne, e.unary('Neg', a), e.where(byZero, zero, quotient));
}

/** Remainders with the sign of the divisor; 0 for division by 0. */
function modIntegers(e: Emitter, a: Ref, b: Ref): Ref {
  const zero = e.scalar('int32', 0);
  const one = e.scalar('int32', 1);
  const trap = e.binary('Or', e.binary('Equal', b, zero, 'bool'), e.binary('Equal', b, e.scalar('int32', -1), 'bool'));
  const divisor = e.where(trap, one, b);
  const truncated = e.binary('Sub', a, e.binary('Mul', e.binary('Div', a, divisor), divisor));
  const signs = e.binary('Mul', e.unary('Sign', truncated), e.unary('Sign', divisor));
  const rest = e.where(e.binary('Less', signs, zero, 'bool'), e.binary('Add', truncated, divisor), truncated);
  return e.where(trap, zero, rest);
}

function floorDivFloats(e: Emitter, a: Ref, b: Ref): Ref {
  return e.unary('Floor', e.binary('Div', a, b));
}

function modFloats(e: Emitter, a: Ref, b: Ref): Ref {
  return e.binary('Sub', a, e.binary('Mul', b, floorDivFloats(e, a, b)));
}

/** ONNX has no choice between booleans on every device: `(c and a) or (not c and b)`. */
function where(e: Emitter, condition: Ref, a: Ref, b: Ref): Ref {
  if (a.type !== 'bool') return e.where(condition, a, b);
  return e.binary('Or', e.binary('And', condition, a), e.binary('And', e.unary('Not', condition), b));
}

const chosen: Lowering = (call, e) => {
  const result = row((_, condition, a, b) => where(e, condition!, a!, b!))(call, e);
  const [condition, value, other] = call.operands as [Stored, Stored, Stored];
  const whole = [condition, value].every(({ spec }) => sameShape(spec.shape, call.spec.shape));
  if (whole && e.isZero(other.native.ref)) result.gate = { condition, value };
  return result;
};

/** ONNX leaves NaN and what is out of range open when floats become integers; here NaN is 0 and the rest saturates. */
function toInteger(e: Emitter, x: Ref): Ref {
  const high = e.binary('LessOrEqual', e.scalar(x.type, 2 ** 31), x, 'bool');
  const low = e.binary('Less', x, e.scalar(x.type, -(2 ** 31)), 'bool');
  const inside = e.where(
    e.binary('Or', e.binary('Or', high, low), e.unary('IsNaN', x, 'bool')),
    e.scalar(x.type, 0),
    x,
  );
  const limited = e.where(high, e.scalar('int32', 2 ** 31 - 1), e.cast(inside, 'int32'));
  return e.where(low, e.scalar('int32', -(2 ** 31)), limited);
}

const cast: Lowering<{ readonly dtype: DType }> = ({ operands, attrs: { dtype }, spec }, e) =>
  elementwise(e, operands, spec, ([x]) => {
    // The limits of int32 are no halves.
    const number = x!.type === 'float16' && dtype === 'int32' ? e.cast(x!, 'float32') : x!;
    const float = number.type === 'float32' || number.type === 'float64';
    return float && dtype === 'int32' ? toInteger(e, number) : e.cast(number, dtype);
  });

/** -1, 0 or 1. CUDA's sign of NaN is 0. */
function sign(e: Emitter, x: Ref): Ref {
  const signs = e.unary('Sign', x);
  return e.target.device === 'cuda' && x.type !== 'int32' ? e.where(e.unary('IsNaN', x, 'bool'), x, signs) : signs;
}

/** CUDA's Relu takes floats only. */
function relu(e: Emitter, x: Ref): Ref {
  return x.type === 'int32' ? e.binary('Max', x, e.scalar(x.type, 0)) : e.unary('Relu', x);
}

/** Rows of the elementwise ops. */
export const elementwiseRows: LoweringTable = {
  cast,
  neg: unary('Neg'),
  abs: unary('Abs'),
  sign: row((e, x) => sign(e, x!)),
  exp: unary('Exp'),
  expm1: row((e, x) => expm1(e, x!)),
  log: unary('Log'),
  log1p: row((e, x) => log1p(e, x!)),
  sqrt: unary('Sqrt'),
  sin: unary('Sin'),
  cos: unary('Cos'),
  tanh: unary('Tanh'),
  erf: unary('Erf'),
  floor: unary('Floor'),
  ceil: unary('Ceil'),
  round: unary('Round'),
  isNaN: unary('IsNaN', 'bool'),
  sigmoid: unary('Sigmoid'),
  relu: row((e, x) => relu(e, x!)),
  add: binary('Add'),
  sub: binary('Sub'),
  mul: binary('Mul'),
  div: binary('Div'),
  pow: binary('Pow'),
  maximum: binary('Max'),
  minimum: binary('Min'),
  floorDiv: byType(
    (e, a, b) => floorDivFloats(e, a!, b!),
    (e, a, b) => floorDivIntegers(e, a!, b!),
  ),
  mod: byType(
    (e, a, b) => modFloats(e, a!, b!),
    (e, a, b) => modIntegers(e, a!, b!),
  ),
  equal: binary('Equal', 'bool'),
  less: binary('Less', 'bool'),
  lessEqual: binary('LessOrEqual', 'bool'),
  logicalAnd: binary('And'),
  logicalOr: binary('Or'),
  logicalNot: unary('Not'),
  where: chosen,
};
