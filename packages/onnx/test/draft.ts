// Small model files, written for tests.
import { encodeMessage } from '@nablajs/onnx-graph';
import { type HostArray, type Shape, sizeOf } from '@nablajs/tensor';
import type { Draft } from '../src/index.ts';

/** An attribute as a test writes it: whole numbers, floats marked as such, text, tensors. */
export type Attribute =
  | number
  | string
  | readonly number[]
  | { readonly float: number }
  | { readonly floats: readonly number[] }
  | Draft<'TensorProto'>;

/** A node: operator, operands, results, attributes. */
export type NodeLine = readonly [
  opType: string,
  input: readonly string[],
  output: readonly string[],
  attributes?: Readonly<Record<string, Attribute>>,
];

/** A model of a test. */
export interface ModelLines {
  readonly inputs: Readonly<Record<string, Draft<'ValueInfoProto'>>>;
  readonly outputs: readonly string[];
  readonly nodes: readonly NodeLine[];
  readonly stored?: readonly Draft<'TensorProto'>[];
  readonly opset?: number;
}

/** The bytes of a model. Results are floats unless `types` says otherwise. */
export function modelBytes(
  { inputs, outputs, nodes, stored = [], opset = 17 }: ModelLines,
  types: Readonly<Record<string, number>> = {},
): Uint8Array {
  return encodeMessage('ModelProto', {
    irVersion: 8n,
    opsetImport: [{ domain: '', version: BigInt(opset) }],
    graph: {
      name: 'test',
      node: nodes.map(([opType, input, output, attributes = {}], i) => ({
        name: `node_${i}`,
        opType,
        input,
        output,
        attribute: Object.entries(attributes).map(([name, value]) => attribute(name, value)),
      })),
      initializer: stored,
      input: Object.values(inputs),
      output: outputs.map((name) => ({ name, type: { tensorType: { elemType: types[name] ?? 1 } } })),
    },
  });
}

function attribute(name: string, value: Attribute): Draft<'AttributeProto'> {
  if (typeof value === 'number') return { name, i: BigInt(value), type: 2 };
  if (typeof value === 'string') return { name, s: new TextEncoder().encode(value), type: 3 };
  if ('float' in value) return { name, f: value.float, type: 1 };
  if ('floats' in value) return { name, floats: value.floats, type: 6 };
  if (Array.isArray(value)) return { name, ints: value.map(BigInt), type: 7 };
  return { name, t: value as Draft<'TensorProto'>, type: 4 };
}

/** An input of a type (1: float, 6: int32, 7: int64, 9: bool); text stands for a symbolic size. */
export function input(name: string, shape: readonly (number | string)[], elemType = 1): Draft<'ValueInfoProto'> {
  const dim = shape.map((size) => (typeof size === 'number' ? { dimValue: BigInt(size) } : { dimParam: size }));
  return { name, type: { tensorType: { elemType, shape: { dim } } } };
}

/** A float tensor of a file. */
export function floats(
  name: string,
  shape: Shape,
  values: readonly number[] = waves(sizeOf(shape)),
): Draft<'TensorProto'> {
  const data = Float32Array.from(values);
  return { name, dims: shape.map(BigInt), dataType: 1, rawData: new Uint8Array(data.buffer) };
}

/** An int64 list of a file. */
export function integers(
  name: string,
  values: readonly number[],
  shape: Shape = [values.length],
): Draft<'TensorProto'> {
  return { name, dims: shape.map(BigInt), dataType: 7, int64Data: values.map(BigInt) };
}

/** Numbers that look like data and are the same every time. */
export function waves(count: number, scale = 1): number[] {
  return Array.from({ length: count }, (_, i) => Math.sin(i * 1.37 + 0.3) * scale);
}

/** {@link waves} as the values of an input. */
export function waveValues(shape: Shape, scale = 2): { readonly data: HostArray; readonly shape: Shape } {
  return { data: Float32Array.from(waves(sizeOf(shape), scale)), shape };
}
