// Messages to bytes and back, driven by the tables of the schema.
import { BinaryReader, BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { FormatError } from '@nablajs/tensor';
import {
  type Draft,
  type Field,
  type Message,
  type MessageName,
  SCHEMAS,
  type Scalars,
  type ScalarType,
} from './schema.ts';

/** Messages inside messages: subgraphs in attributes of nodes, rarely more than a few deep. */
const DEEPEST = 100;

interface ScalarCodec<T extends ScalarType> {
  readonly wire: WireType;
  readonly write: (writer: BinaryWriter, value: Scalars[T]) => unknown;
  readonly read: (reader: BinaryReader) => Scalars[T];
}

const SCALARS: { readonly [T in ScalarType]: ScalarCodec<T> } = {
  int32: { wire: WireType.Varint, write: (w, value) => w.int32(value), read: (r) => r.int32() },
  int64: { wire: WireType.Varint, write: (w, value) => w.int64(value), read: (r) => BigInt(r.int64()) },
  uint64: { wire: WireType.Varint, write: (w, value) => w.uint64(value), read: (r) => BigInt(r.uint64()) },
  float: { wire: WireType.Bit32, write: (w, value) => w.float(value), read: (r) => r.float() },
  double: { wire: WireType.Bit64, write: (w, value) => w.double(value), read: (r) => r.double() },
  string: { wire: WireType.LengthDelimited, write: (w, value) => w.string(value), read: (r) => r.string() },
  bytes: { wire: WireType.LengthDelimited, write: (w, value) => w.bytes(value), read: (r) => r.bytes() },
};

type Untyped = Record<string, unknown>;

/** The bytes of a message. */
export function encodeMessage<N extends MessageName>(name: N, message: Draft<N>): Uint8Array {
  const writer = new BinaryWriter();
  writeFields(writer, name, message as Untyped);
  return writer.finish();
}

/**
 * The message in `bytes`; byte fields are views of them, not copies.
 * @throws FormatError when the bytes are not such a message
 */
export function decodeMessage<N extends MessageName>(name: N, bytes: Uint8Array): Message<N> {
  try {
    const reader = new BinaryReader(bytes);
    return readFields(reader, name, reader.len, 0) as unknown as Message<N>;
  } catch (error) {
    if (error instanceof FormatError) throw error;
    throw new FormatError(`not an ONNX ${name}: ${(error as Error).message}.`, { cause: error });
  }
}

function writeFields(writer: BinaryWriter, name: MessageName, message: Untyped): void {
  for (const [key, field] of Object.entries(SCHEMAS[name] as Readonly<Record<string, Field>>)) {
    const value = message[key];
    if (value === undefined) continue;
    if (field[2] === 'repeated') writeRepeated(writer, field, value as readonly unknown[]);
    else writeOne(writer, field, value);
  }
}

function writeRepeated(writer: BinaryWriter, field: Field, values: readonly unknown[]): void {
  const [number, type] = field;
  if (values.length === 0) return;
  const codec = codecOf(type);
  if (!codec || codec.wire === WireType.LengthDelimited) {
    for (const value of values) writeOne(writer, field, value);
    return;
  }
  writer.tag(number, WireType.LengthDelimited).fork();
  for (const value of values) codec.write(writer, value as never);
  writer.join();
}

function writeOne(writer: BinaryWriter, [number, type]: Field, value: unknown): void {
  const codec = codecOf(type);
  if (codec) {
    codec.write(writer.tag(number, codec.wire), value as never);
    return;
  }
  writer.tag(number, WireType.LengthDelimited).fork();
  writeFields(writer, type as MessageName, value as Untyped);
  writer.join();
}

function readFields(reader: BinaryReader, name: MessageName, end: number, depth: number): Untyped {
  if (depth > DEEPEST) throw new FormatError(`not an ONNX ${name}: messages are nested deeper than ${DEEPEST}.`);
  const { keys, empty } = readingTable(name);
  const message = empty();
  while (reader.pos < end) {
    const [number, wire] = reader.tag();
    const entry = keys.get(number);
    if (!entry) {
      reader.skip(wire, number);
      continue;
    }
    const [key, [, type, repeated]] = entry;
    const codec = codecOf(type);
    if (!codec) {
      const part = readFields(reader, type as MessageName, lengthOf(reader, wire, key, end), depth + 1);
      if (repeated) (message[key] as unknown[]).push(part);
      else message[key] = part;
    } else if (wire === codec.wire) {
      const value = codec.read(reader);
      if (repeated) (message[key] as unknown[]).push(value);
      else message[key] = value;
    } else {
      if (!repeated) throw new FormatError(`not an ONNX ${name}: field ${key} has wire type ${wire}.`);
      const stop = lengthOf(reader, wire, key, end);
      while (reader.pos < stop) (message[key] as unknown[]).push(codec.read(reader));
      requireEnd(reader, stop, key);
    }
  }
  requireEnd(reader, end, name);
  return message;
}

/** Where a length-delimited part that starts here ends; never beyond `end`. */
function lengthOf(reader: BinaryReader, wire: WireType, key: string, end: number): number {
  if (wire !== WireType.LengthDelimited)
    throw new FormatError(`not an ONNX model: field ${key} has wire type ${wire}.`);
  const length = reader.uint32();
  if (reader.pos + length > end) {
    throw new FormatError(
      `not an ONNX model: field ${key} claims ${length} bytes where ${end - reader.pos} are left. Is the file complete?`,
    );
  }
  return reader.pos + length;
}

function requireEnd(reader: BinaryReader, end: number, key: string): void {
  if (reader.pos !== end) throw new FormatError(`not an ONNX model: ${key} does not end where it says.`);
}

function codecOf(type: ScalarType | MessageName): ScalarCodec<ScalarType> | undefined {
  return (SCALARS as Readonly<Record<string, unknown>>)[type] as ScalarCodec<ScalarType> | undefined;
}

interface ReadingTable {
  readonly keys: ReadonlyMap<number, readonly [key: string, field: Field]>;
  readonly empty: () => Untyped;
}

const tables = new Map<MessageName, ReadingTable>();

function readingTable(name: MessageName): ReadingTable {
  let table = tables.get(name);
  if (!table) {
    const fields = Object.entries(SCHEMAS[name] as Readonly<Record<string, Field>>);
    const repeated = fields.filter(([, field]) => field[2] === 'repeated').map(([key]) => key);
    table = {
      keys: new Map(fields.map(([key, field]) => [field[0], [key, field]])),
      empty: () => Object.fromEntries(repeated.map((key) => [key, []])),
    };
    tables.set(name, table);
  }
  return table;
}
