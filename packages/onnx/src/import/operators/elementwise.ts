// Functions of single elements and of pairs.
import { type Tensor, UnsupportedOpError } from '@nablajs/tensor';
import { type Call, isWhole, type Operator, type OperatorTable, operator } from '../call.ts';
import { combine, type Value } from '../value.ts';

/** A function of single elements. */
export function unary(f: (x: Tensor, call: Call) => Tensor): Operator {
  return operator((call) => call.value(0).map((x) => f(x, call)));
}

function binary(f: (a: Tensor, b: Tensor, call: Call) => Tensor): Operator {
  return operator((call) => {
    if (call.opset < 7 && call.attributes.has('axis')) {
      throw new UnsupportedOpError(
        'broadcasting from an axis on, as up to opset 6. Convert the file to a newer opset.',
      );
    }
    return combine([call.value(0), call.value(1)], ([a, b]) => f(a!, b!, call));
  });
}

/** A chain over any number of operands. */
function variadic(f: (a: Tensor, b: Tensor) => Tensor): Operator {
  return operator((call) => {
    call.value(0);
    return call.inputs.reduce((total, next) => combine([total, next], ([a, b]) => f(a!, b!)));
  });
}

/** Quotients of whole numbers are cut off toward 0. */
function divide(a: Tensor, b: Tensor): Tensor {
  if (!isWhole(a.dtype)) return a.div(b);
  return a.abs().floorDiv(b.abs()).mul(a.sign()).mul(b.sign());
}

function remainder(a: Tensor, b: Tensor, { attributes }: Call): Tensor {
  if (!attributes.flag('fmod')) return a.mod(b);
  // The sign of the dividend instead of the divisor's.
  return a.abs().mod(b.abs()).mul(a.sign());
}

/** Powers have the type of the base. */
function power(a: Tensor, b: Tensor): Tensor {
  return isWhole(a.dtype) ? a.cast('float32').pow(b).round().cast(a.dtype) : a.pow(b.cast(a.dtype));
}

function isInfinite(x: Tensor, { attributes }: Call): Tensor {
  const above = x.equal(Number.POSITIVE_INFINITY);
  const below = x.equal(Number.NEGATIVE_INFINITY);
  if (!attributes.flag('detect_negative', true)) return above;
  return attributes.flag('detect_positive', true) ? above.logicalOr(below) : below;
}

function xor(a: Tensor, b: Tensor): Tensor {
  return a.notEqual(b);
}

/** Bounds are attributes up to opset 10, then operands that may be missing. */
const clip: Operator = operator((call) => {
  const x = call.value(0);
  const bound = (name: string, i: number): Value | number | undefined =>
    call.has(i) ? call.value(i) : call.attributes.has(name) ? call.attributes.real(name, 0) : undefined;
  const limit = (y: Value, by: Value | number | undefined, f: (a: Tensor, b: Tensor | number) => Tensor): Value => {
    if (by === undefined) return y;
    return typeof by === 'number' ? y.map((a) => f(a, by)) : combine([y, by], ([a, b]) => f(a!, b!));
  };
  const raised = limit(x, bound('min', 1), (a, b) => a.maximum(b));
  return limit(raised, bound('max', 2), (a, b) => a.minimum(b));
});

/** Element types by number: every float is float32 here, every whole number int32. */
export function castTo(x: Tensor, code: number): Tensor {
  if ([1, 10, 11, 16].includes(code)) return x.cast('float32');
  if ([2, 3, 4, 5, 6, 7, 12, 13].includes(code)) return x.cast('int32');
  if (code === 9) return x.cast('bool');
  throw new UnsupportedOpError(`Cast to element type ${code}: Nabla computes with floats, whole numbers and booleans.`);
}

const mean: Operator = operator((call) => {
  call.value(0);
  const total = call.inputs.reduce((sum, next) => combine([sum, next], ([a, b]) => a!.add(b!)));
  return total.map((x) => x.div(call.inputs.length));
});

/** `(e^x - e^-x) / 2` without cancellation near 0: with `t = e^x - 1` it is `(t + t / (t + 1)) / 2`. */
function sinh(x: Tensor): Tensor {
  const t = x.expm1();
  return t.add(t.div(t.add(1))).mul(0.5);
}

function asinh(x: Tensor): Tensor {
  const y = x.abs();
  const square = y.mul(y);
  // ln(y + sqrt(y^2 + 1)) without cancellation near 0.
  return y
    .add(square.div(square.add(1).sqrt().add(1)))
    .log1p()
    .mul(x.sign());
}

/** Rows of the elementwise operators. */
export const elementwiseOperators: OperatorTable = {
  Add: binary((a, b) => a.add(b)),
  Sub: binary((a, b) => a.sub(b)),
  Mul: binary((a, b) => a.mul(b)),
  Div: binary(divide),
  Mod: binary(remainder),
  Pow: binary(power),
  Max: variadic((a, b) => a.maximum(b)),
  Min: variadic((a, b) => a.minimum(b)),
  Sum: variadic((a, b) => a.add(b)),
  Mean: mean,
  Abs: unary((x) => x.abs()),
  Neg: unary((x) => x.neg()),
  Sign: unary((x) => x.sign()),
  Ceil: unary((x) => x.ceil()),
  Floor: unary((x) => x.floor()),
  Round: unary((x) => x.round()),
  Reciprocal: unary((x) => x.reciprocal()),
  Sqrt: unary((x) => x.sqrt()),
  Exp: unary((x) => x.exp()),
  Log: unary((x) => x.log()),
  Sin: unary((x) => x.sin()),
  Cos: unary((x) => x.cos()),
  Tan: unary((x) => x.tan()),
  Sinh: unary(sinh),
  Cosh: unary((x) => x.exp().add(x.neg().exp()).mul(0.5)),
  Tanh: unary((x) => x.tanh()),
  Asinh: unary(asinh),
  Acosh: unary((x) => x.add(x.mul(x).sub(1).sqrt()).log()),
  Atanh: unary((x) => x.log1p().sub(x.neg().log1p()).mul(0.5)),
  Erf: unary((x) => x.erf()),
  Sigmoid: unary((x) => x.sigmoid()),
  Relu: unary((x) => x.relu()),
  IsNaN: unary((x) => x.isNaN()),
  IsInf: unary(isInfinite),
  Not: unary((x) => x.logicalNot()),
  And: binary((a, b) => a.logicalAnd(b)),
  Or: binary((a, b) => a.logicalOr(b)),
  Xor: binary(xor),
  Equal: binary((a, b) => a.equal(b)),
  Greater: binary((a, b) => a.greater(b)),
  GreaterOrEqual: binary((a, b) => a.greaterEqual(b)),
  Less: binary((a, b) => a.less(b)),
  LessOrEqual: binary((a, b) => a.lessEqual(b)),
  Where: operator((call) =>
    combine([call.value(0), call.value(1), call.value(2)], ([condition, a, b]) => condition!.where(a!, b!)),
  ),
  Clip: clip,
  Cast: unary((x, { attributes }) => castTo(x, attributes.whole('to', 0))),
  CastLike: operator((call) => call.value(0).map((x) => x.cast(call.value(1).dtype))),
  Identity: operator((call) => call.value(0)),
};
