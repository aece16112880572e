// The safetensors format: 8 bytes of header length, a JSON table of tensors, their bytes. Nothing in it is executed.
// https://github.com/huggingface/safetensors (format description)
import {
  bytesPerElement,
  type DType,
  FormatError,
  formatShape,
  fromHalfBits,
  type HostArray,
  hostArray,
  type Shape,
  sizeOf,
} from '@nablajs/tensor';
import { isPlainObject, parseJson } from './json.ts';
import { storedBytes } from './stored-bytes.ts';

/** One tensor of a file. */
export interface StoredTensor {
  readonly dtype: DType;
  readonly shape: Shape;
  readonly data: HostArray;
}

/** Everything a safetensors file holds. */
export interface Safetensors {
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  readonly metadata: Readonly<Record<string, string>>;
}

const CODES: Readonly<Record<string, DType>> = {
  F32: 'float32',
  F64: 'float64',
  F16: 'float16',
  I32: 'int32',
  U32: 'uint32',
  BOOL: 'bool',
};
const CODE_OF = new Map(Object.entries(CODES).map(([code, dtype]) => [dtype, code]));
const MAX_HEADER = 100_000_000;

/** The bytes of a safetensors file. Tensors keep the order of the map; metadata values are strings. */
export function writeSafetensors({ tensors, metadata }: Safetensors): Uint8Array {
  const table: Record<string, unknown> = { __metadata__: metadata };
  let end = 0;
  for (const [name, { dtype, shape, data }] of tensors) {
    const begin = end;
    end += data.length * bytesPerElement(dtype);
    table[name] = { dtype: CODE_OF.get(dtype), shape, data_offsets: [begin, end] };
  }
  const json = new TextEncoder().encode(JSON.stringify(table));
  // Padded with spaces so that the data begins at a multiple of 8.
  const header = Math.ceil(json.length / 8) * 8;
  const bytes = new Uint8Array(8 + header + end);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(header), true);
  bytes.fill(0x20, 8, 8 + header);
  bytes.set(json, 8);
  let at = 8 + header;
  for (const { dtype, data } of tensors.values()) {
    const stored = storedBytes(dtype, data);
    bytes.set(stored, at);
    at += stored.length;
  }
  return bytes;
}

/**
 * Reads a safetensors file. Everything the header claims is checked against the file before anything is allocated.
 * @param file named in error messages
 * @throws FormatError saying what is wrong
 */
export function readSafetensors(bytes: Uint8Array, file = 'the file'): Safetensors {
  const fail = (what: string): never => {
    throw new FormatError(`${file} is not a valid safetensors file: ${what}`);
  };
  if (bytes.length < 8) fail(`it has ${bytes.length} bytes, the header length alone takes 8. Was it cut off?`);
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, true));
  if (length > bytes.length - 8)
    fail(
      `its header claims ${length} bytes, the file has ${bytes.length - 8} after the length. Was it cut off, or is it a file of another kind?`,
    );
  if (length > MAX_HEADER) fail(`its header claims ${length} bytes; at most ${MAX_HEADER} are allowed.`);
  const header = parseJson(bytes.subarray(8, 8 + length), fail);
  if (!isPlainObject(header)) return fail('its header is not a JSON object.');

  const { __metadata__: metadata = {}, ...entries } = header;
  if (!isPlainObject(metadata) || !Object.values(metadata).every((value) => typeof value === 'string')) {
    return fail('its __metadata__ is not a record of strings.');
  }
  const data = bytes.subarray(8 + length);
  const claims = Object.entries(entries).map(([name, entry]) => readClaim(name, entry, data.length, fail));
  checkCoverage(claims, data.length, fail);
  const tensors = new Map(claims.map((claim) => [claim.name, load(claim, data)]));
  return { tensors, metadata: metadata as Record<string, string> };
}

interface Claim {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: Shape;
  readonly begin: number;
  readonly end: number;
}

type Fail = (what: string) => never;

function readClaim(name: string, entry: unknown, available: number, fail: Fail): Claim {
  if (!isPlainObject(entry)) return fail(`tensor '${name}' is not described by an object.`);
  const { dtype: code, shape, data_offsets: offsets } = entry;
  const dtype = typeof code === 'string' && Object.hasOwn(CODES, code) ? CODES[code]! : null;
  if (dtype === null)
    return fail(`tensor '${name}' has dtype ${short(code)}; known are ${Object.keys(CODES).join(', ')}.`);
  if (!isCounts(shape))
    return fail(`tensor '${name}' has shape ${short(shape)}; a list of whole numbers was expected.`);
  if (!isCounts(offsets) || offsets.length !== 2)
    return fail(`tensor '${name}' has data_offsets ${short(offsets)}; [begin, end] was expected.`);
  const [begin, end] = offsets as readonly [number, number];
  if (begin > end || end > available) return fail(`tensor '${name}' claims bytes ${begin} to ${end} of ${available}.`);
  // Divided, not multiplied: a huge declared shape must not overflow into a plausible size.
  let room = (end - begin) / bytesPerElement(dtype);
  for (const size of shape) room = size === 0 ? room : room / size;
  const empty = shape.includes(0);
  if (empty ? end !== begin : room !== 1) {
    return fail(`tensor '${name}' is ${dtype}${formatShape(shape)} but has ${end - begin} bytes.`);
  }
  return { name, dtype, shape, begin, end };
}

function checkCoverage(claims: readonly Claim[], available: number, fail: Fail): void {
  let at = 0;
  for (const { name, begin, end } of [...claims].sort((a, b) => a.begin - b.begin || a.end - b.end)) {
    if (begin < at) fail(`tensor '${name}' begins at byte ${begin}, inside the tensor before it.`);
    if (begin > at) fail(`bytes ${at} to ${begin} belong to no tensor.`);
    at = end;
  }
  if (at !== available) fail(`bytes ${at} to ${available} belong to no tensor.`);
}

function load({ dtype, shape, begin, end }: Claim, data: Uint8Array): StoredTensor {
  const size = sizeOf(shape);
  const values = dtype === 'float16' ? new Uint16Array(size) : hostArray(dtype, size);
  new Uint8Array(values.buffer).set(data.subarray(begin, end));
  return { dtype, shape, data: values instanceof Uint16Array ? fromHalfBits(values) : values };
}

function isCounts(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0);
}

function short(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 60)}...` : text;
}
