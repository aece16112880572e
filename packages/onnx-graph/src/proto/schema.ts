// The part of onnx.proto (IR version 10) that Nabla writes and reads: field numbers and types, by message.
// Names are those of the specification in camelCase. Fields that are not listed are skipped when read.

/** One field: its number, its type, and whether it repeats. */
export type Field = readonly [number: number, type: ScalarType | MessageName, repeated?: 'repeated'];

/** The scalar types that occur, as TypeScript sees them. */
export interface Scalars {
  readonly int32: number;
  readonly int64: bigint;
  readonly uint64: bigint;
  readonly float: number;
  readonly double: number;
  readonly string: string;
  readonly bytes: Uint8Array;
}

/** Name of a scalar type. */
export type ScalarType = keyof Scalars;

/** All messages. */
export const SCHEMAS = {
  ModelProto: {
    irVersion: [1, 'int64'],
    producerName: [2, 'string'],
    producerVersion: [3, 'string'],
    domain: [4, 'string'],
    modelVersion: [5, 'int64'],
    docString: [6, 'string'],
    graph: [7, 'GraphProto'],
    opsetImport: [8, 'OperatorSetIdProto', 'repeated'],
    metadataProps: [14, 'StringStringEntryProto', 'repeated'],
    functions: [25, 'FunctionProto', 'repeated'],
  },
  OperatorSetIdProto: {
    domain: [1, 'string'],
    version: [2, 'int64'],
  },
  StringStringEntryProto: {
    key: [1, 'string'],
    value: [2, 'string'],
  },
  GraphProto: {
    node: [1, 'NodeProto', 'repeated'],
    name: [2, 'string'],
    initializer: [5, 'TensorProto', 'repeated'],
    docString: [10, 'string'],
    input: [11, 'ValueInfoProto', 'repeated'],
    output: [12, 'ValueInfoProto', 'repeated'],
    valueInfo: [13, 'ValueInfoProto', 'repeated'],
    sparseInitializer: [15, 'SparseTensorProto', 'repeated'],
  },
  FunctionProto: {
    name: [1, 'string'],
    input: [4, 'string', 'repeated'],
    output: [5, 'string', 'repeated'],
    attribute: [6, 'string', 'repeated'],
    node: [7, 'NodeProto', 'repeated'],
    opsetImport: [9, 'OperatorSetIdProto', 'repeated'],
    domain: [10, 'string'],
    attributeProto: [11, 'AttributeProto', 'repeated'],
  },
  NodeProto: {
    input: [1, 'string', 'repeated'],
    output: [2, 'string', 'repeated'],
    name: [3, 'string'],
    opType: [4, 'string'],
    attribute: [5, 'AttributeProto', 'repeated'],
    docString: [6, 'string'],
    domain: [7, 'string'],
  },
  AttributeProto: {
    name: [1, 'string'],
    f: [2, 'float'],
    i: [3, 'int64'],
    s: [4, 'bytes'],
    t: [5, 'TensorProto'],
    g: [6, 'GraphProto'],
    floats: [7, 'float', 'repeated'],
    ints: [8, 'int64', 'repeated'],
    strings: [9, 'bytes', 'repeated'],
    tensors: [10, 'TensorProto', 'repeated'],
    graphs: [11, 'GraphProto', 'repeated'],
    type: [20, 'int32'],
    refAttrName: [21, 'string'],
    sparseTensor: [22, 'SparseTensorProto'],
  },
  TensorProto: {
    dims: [1, 'int64', 'repeated'],
    dataType: [2, 'int32'],
    floatData: [4, 'float', 'repeated'],
    int32Data: [5, 'int32', 'repeated'],
    stringData: [6, 'bytes', 'repeated'],
    int64Data: [7, 'int64', 'repeated'],
    name: [8, 'string'],
    rawData: [9, 'bytes'],
    doubleData: [10, 'double', 'repeated'],
    uint64Data: [11, 'uint64', 'repeated'],
    externalData: [13, 'StringStringEntryProto', 'repeated'],
    dataLocation: [14, 'int32'],
  },
  SparseTensorProto: {
    values: [1, 'TensorProto'],
    indices: [2, 'TensorProto'],
    dims: [3, 'int64', 'repeated'],
  },
  ValueInfoProto: {
    name: [1, 'string'],
    type: [2, 'TypeProto'],
    docString: [3, 'string'],
  },
  TypeProto: {
    tensorType: [1, 'TensorTypeProto'],
    denotation: [6, 'string'],
  },
  TensorTypeProto: {
    elemType: [1, 'int32'],
    shape: [2, 'TensorShapeProto'],
  },
  TensorShapeProto: {
    dim: [1, 'DimensionProto', 'repeated'],
  },
  DimensionProto: {
    dimValue: [1, 'int64'],
    dimParam: [2, 'string'],
  },
} as const;

/** Name of a message. */
export type MessageName = keyof typeof SCHEMAS;

type Fields<N extends MessageName> = (typeof SCHEMAS)[N];
type ValueOf<T> = T extends ScalarType ? Scalars[T] : T extends MessageName ? Message<T> : never;
type DraftOf<T> = T extends ScalarType ? Scalars[T] : T extends MessageName ? Draft<T> : never;
type RepeatedIn<N extends MessageName> = {
  [K in keyof Fields<N>]: Fields<N>[K] extends readonly [number, string, 'repeated'] ? K : never;
}[keyof Fields<N>];

/** A message as read: repeated fields are always there, possibly empty; others only when present. */
export type Message<N extends MessageName> = {
  [K in RepeatedIn<N>]: Fields<N>[K] extends readonly [number, infer T, 'repeated'] ? ValueOf<T>[] : never;
} & {
  [K in Exclude<keyof Fields<N>, RepeatedIn<N>>]?: Fields<N>[K] extends readonly [number, infer T] ? ValueOf<T> : never;
};

/** A message to be written: every field may be left out. */
export type Draft<N extends MessageName> = {
  readonly [K in keyof Fields<N>]?: Fields<N>[K] extends readonly [number, infer T, 'repeated']
    ? readonly DraftOf<T>[]
    : Fields<N>[K] extends readonly [number, infer T]
      ? DraftOf<T>
      : never;
};
