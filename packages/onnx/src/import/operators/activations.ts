// Activations, with the constants that ONNX gives them.
import { celu, elu, gelu, mish, softplus, softsign, type Tensor, UnsupportedOpError } from '@nablajs/tensor';
import { type Call, type OperatorTable, operator } from '../call.ts';
import { combine, type Value } from '../value.ts';
import { unary } from './elementwise.ts';

function hardSigmoid(x: Tensor, alpha: number, beta: number): Tensor {
  return x.mul(alpha).add(beta).clip(0, 1);
}

function selu(x: Tensor, { attributes }: Call): Tensor {
  const alpha = attributes.real('alpha', 1.6732632423543772);
  return elu(x, alpha).mul(attributes.real('gamma', 1.0507009873554805));
}

function leakyRelu(x: Tensor, slope: number): Tensor {
  return x.less(0).where(x.mul(slope), x);
}

/** Slopes broadcast; up to opset 6 a list is one per channel. */
function parametricRelu(call: Call): Value {
  const [x, given] = [call.value(0), call.value(1)];
  const channels = call.opset < 7 && given.rank === 1 && given.shape[0] === x.shape[1];
  const slope = channels ? given.map((list) => list.reshape([list.size, ...x.shape.slice(2).map(() => 1)])) : given;
  return combine([x, slope], ([a, b]) => a!.less(0).where(a!.mul(b!), a!));
}

/** Values within `lambd` of 0 vanish, others move toward 0 by `bias`. */
function shrink(x: Tensor, { attributes }: Call): Tensor {
  const [limit, bias] = [attributes.real('lambd', 0.5), attributes.real('bias', 0)];
  return x.less(-limit).where(x.add(bias), x.greater(limit).where(x.sub(bias), 0));
}

function geluOf(x: Tensor, { attributes }: Call): Tensor {
  const approximate = attributes.text('approximate', 'none');
  if (approximate !== 'none' && approximate !== 'tanh')
    throw new UnsupportedOpError(`Gelu with approximate = '${approximate}'.`);
  return gelu(x, { approximate: approximate === 'tanh' });
}

/** Rows of the activations. */
export const activationOperators: OperatorTable = {
  LeakyRelu: unary((x, { attributes }) => leakyRelu(x, attributes.real('alpha', 0.01))),
  PRelu: operator(parametricRelu),
  Elu: unary((x, { attributes }) => elu(x, attributes.real('alpha', 1))),
  Celu: unary((x, { attributes }) => celu(x, attributes.real('alpha', 1))),
  Selu: unary(selu),
  ThresholdedRelu: unary((x, { attributes }) => x.greater(attributes.real('alpha', 1)).where(x, 0)),
  HardSigmoid: unary((x, { attributes }) =>
    hardSigmoid(x, attributes.real('alpha', 0.2), attributes.real('beta', 0.5)),
  ),
  HardSwish: unary((x) => x.mul(hardSigmoid(x, 1 / 6, 0.5))),
  Swish: unary((x, { attributes }) => x.mul(x.mul(attributes.real('alpha', 1)).sigmoid())),
  Mish: unary((x) => mish(x)),
  Gelu: unary(geluOf),
  Softplus: unary((x) => softplus(x)),
  Softsign: unary((x) => softsign(x)),
  Shrink: unary(shrink),
};
