// Which operators have CUDA kernels in ONNX Runtime 1.29, for the element types that Nabla writes. From its own list,
// docs/OperatorKernels.md. What is not here would run on the CPU, with copies across the bus before and after.
import type { Draft } from '@nablajs/onnx-graph';

type Type = 'bool' | 'float16' | 'float32' | 'float64' | 'int32' | 'int64' | 'uint8' | 'uint32' | 'uint64';

const FLOATS: readonly Type[] = ['float32', 'float16', 'float64'];
const NUMBERS: readonly Type[] = [...FLOATS, 'int32', 'int64', 'uint64'];
const ANY: readonly Type[] = [...NUMBERS, 'uint8', 'bool'];
const SIGNED: readonly Type[] = [...FLOATS, 'int32', 'int64'];

function all(ops: string, types: readonly Type[]): Record<string, readonly Type[]> {
  return Object.fromEntries(ops.split(' ').map((op) => [op, types]));
}

/** Element types per operator; of the first operand, but for Where of the second. */
const KERNELS: Readonly<Record<string, readonly Type[]>> = {
  ...all('Cast', [...ANY, 'uint32']),
  ...all('Concat Expand Gather GatherElements Identity Reshape ScatterND Slice Transpose', ANY),
  ...all('Add Sub Mul Div Mod Max Min Less LessOrEqual Sign Abs', NUMBERS),
  ...all('CumSum', NUMBERS),
  ...all('Neg TopK Range', SIGNED),
  // Of integers too, but in float32.
  ...all('ReduceSum ReduceMax ReduceMin ReduceProd', FLOATS),
  ...all('Equal', [...NUMBERS, 'bool']),
  ...all('Pad', [...FLOATS, 'bool']),
  ...all('Where', [...SIGNED, 'uint8']),
  ...all('And Or Not Xor', ['bool']),
  ...all('ArgMax ArgMin', FLOATS),
  ...all('Exp Log Sqrt Sin Cos Tanh Erf Floor Ceil Round IsNaN Sigmoid Relu Pow', FLOATS),
  ...all('Softmax LogSoftmax', FLOATS),
  ...all('Gemm MatMul Conv ConvTranspose AveragePool', FLOATS),
};

const NAMES: Readonly<Record<number, Type>> = {
  1: 'float32',
  2: 'uint8',
  6: 'int32',
  7: 'int64',
  9: 'bool',
  10: 'float16',
  11: 'float64',
  12: 'uint32',
  13: 'uint64',
};

/** A node that would not run on the GPU. */
export interface Strayed {
  readonly node: string;
  readonly op: string;
  /** `TensorProto.DataType` number of the operand that decides. */
  readonly type: number | undefined;
}

/** The nodes of a graph that have no CUDA kernel. The graph must say the types of its inner values. */
export function offDevice(graph: Draft<'GraphProto'>): Strayed[] {
  const types = new Map<string, number | undefined>();
  for (const { name, type } of [...(graph.input ?? []), ...(graph.valueInfo ?? []), ...(graph.output ?? [])]) {
    types.set(name!, type?.tensorType?.elemType);
  }
  for (const { name, dataType } of graph.initializer ?? []) types.set(name!, dataType);
  return (graph.node ?? []).flatMap(({ name, opType, input }) => {
    const type = types.get(input![opType === 'Where' ? 1 : 0]!);
    const named = NAMES[type ?? 0];
    const runs = named !== undefined && KERNELS[opType!]?.includes(named);
    return runs ? [] : [{ node: name!, op: opType!, type }];
  });
}
