// Values that come from the file, or from shapes.
import { arange, FormatError, full, type Tensor, tensor } from '@nablajs/tensor';
import { type Call, isWhole, type OperatorTable, operator } from '../call.ts';
import { shapeOf } from '../stored-tensor.ts';
import { castTo } from './elementwise.ts';

function constant({ attributes }: Call): Tensor {
  const stored = attributes.tensor('value');
  if (stored) return stored.tensor;
  if (attributes.has('value_float')) return tensor(attributes.real('value_float', 0));
  if (attributes.has('value_int')) return tensor(attributes.whole('value_int', 0), 'int32');
  if (attributes.has('value_floats')) return tensor(attributes.reals('value_floats')!, 'float32');
  if (attributes.has('value_ints')) return tensor(attributes.list('value_ints')!, 'int32');
  throw new FormatError('Constant without a number or a tensor. Strings and sparse tensors are not supported.');
}

function constantOfShape(call: Call): Tensor {
  const shape = shapeOf((call.wholes(0, 'the shape') ?? []).map(BigInt), 'ConstantOfShape');
  const stored = call.attributes.tensor('value');
  return full(shape, stored?.values[0] ?? 0, stored?.spec.dtype ?? 'float32');
}

function range(call: Call): Tensor {
  const [start, limit, delta] = ['start', 'limit', 'delta'].map((what, i) => call.known(i, what)?.[0] ?? Number.NaN);
  const { dtype } = call.value(0);
  if (!isWhole(dtype)) {
    const count = Math.max(0, Math.ceil((limit! - start!) / delta!));
    return arange(count).cast('float32').mul(delta!).add(start!);
  }
  return arange(start!, limit!, delta!, 'int32');
}

function shape(call: Call): Tensor {
  const { shape: sizes } = call.value(0);
  const { attributes } = call;
  const part = sizes.slice(
    attributes.whole('start', 0),
    attributes.has('end') ? attributes.whole('end', 0) : undefined,
  );
  return tensor(part, 'int32');
}

function eyeLike(call: Call): Tensor {
  const { shape: sizes, dtype } = call.value(0);
  if (sizes.length !== 2) throw new FormatError(`EyeLike: the operand has ${sizes.length} axes instead of 2.`);
  const rows = arange(sizes[0]!).expandDims(1).add(call.attributes.whole('k', 0));
  const ones = rows.equal(arange(sizes[1]!).expandDims(0));
  return call.attributes.has('dtype') ? castTo(ones, call.attributes.whole('dtype', 1)) : ones.cast(dtype);
}

/** Rows of the constants. */
export const constantOperators: OperatorTable = {
  Constant: operator(constant),
  ConstantOfShape: operator(constantOfShape, 0),
  Range: operator(range, 0, 1, 2),
  Shape: operator(shape),
  Size: operator((call) =>
    tensor(
      call.value(0).shape.reduce((product, size) => product * size, 1),
      'int32',
    ),
  ),
  EyeLike: operator(eyeLike),
};
