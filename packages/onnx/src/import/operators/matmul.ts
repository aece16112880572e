// Products.
import { matmul, type Tensor } from '@nablajs/tensor';
import { type Call, isWhole, type OperatorTable, operator } from '../call.ts';

/** Matrices of whole numbers are multiplied as floats: exact below 2^24, where shapes and counts live. */
function product(a: Tensor, b: Tensor, options: { transposeA?: boolean; transposeB?: boolean } = {}): Tensor {
  if (!isWhole(a.dtype)) return matmul(a, b, options);
  return matmul(a.cast('float32'), b.cast('float32'), options).cast(a.dtype);
}

function gemm(call: Call): Tensor {
  const { attributes } = call;
  const options = { transposeA: attributes.flag('transA'), transposeB: attributes.flag('transB') };
  const [alpha, beta] = [attributes.real('alpha', 1), attributes.real('beta', 1)];
  const ab = product(call.tensor(0), call.tensor(1), options);
  const scaled = alpha === 1 ? ab : ab.mul(alpha);
  const c = call.optional(2);
  return c ? scaled.add(beta === 1 ? c : c.mul(beta)) : scaled;
}

/** Rows of the products. */
export const matmulOperators: OperatorTable = {
  MatMul: operator((call) => product(call.tensor(0), call.tensor(1))),
  Gemm: operator(gemm),
};
