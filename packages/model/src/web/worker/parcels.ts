// Samples and errors as messages carry them.
import * as tensorPackage from '@nablajs/tensor';
import { fromData, isRecord, isTensor, NablaError } from '@nablajs/tensor';
import type { ErrorParcel, Parcel } from './protocol.ts';

/** Samples as a message carries them. Buffers that nobody else needs are added to `transfer`, and move without a copy. */
export async function packed(data: unknown, transfer: Transferable[], move: boolean = false): Promise<Parcel> {
  if (isTensor(data)) {
    const values = await data.data();
    transfer.push(values.buffer as ArrayBuffer);
    return { kind: 'tensor', values, shape: data.shape, dtype: data.dtype };
  }
  if (Array.isArray(data) && data.some((part) => isTensor(part) || ArrayBuffer.isView(part))) {
    return { kind: 'list', parts: await Promise.all(data.map((part) => packed(part, transfer, move))) };
  }
  if (isRecord(data)) {
    const parts = Object.entries(data).map(async ([name, part]) => [name, await packed(part, transfer, move)] as const);
    return { kind: 'record', parts: Object.fromEntries(await Promise.all(parts)) };
  }
  if (move && ArrayBuffer.isView(data)) transfer.push(data.buffer as ArrayBuffer);
  return { kind: 'as given', values: data };
}

/** The samples of a message. */
export function unpacked(parcel: Parcel): unknown {
  switch (parcel.kind) {
    case 'tensor':
      return fromData(parcel.values, parcel.shape, parcel.dtype);
    case 'list':
      return parcel.parts.map(unpacked);
    case 'record':
      return Object.fromEntries(Object.entries(parcel.parts).map(([name, part]) => [name, unpacked(part)]));
    default:
      return parcel.values;
  }
}

/** An error as a message carries it. */
export function packedError(error: unknown): ErrorParcel {
  if (error instanceof Error) return { name: error.name, message: error.message };
  return { name: 'Error', message: String(error) };
}

/** The same kind of error again. */
export function unpackedError({ name, message }: ErrorParcel): Error {
  const kind = (tensorPackage as Record<string, unknown>)[name];
  if (typeof kind === 'function' && (kind === NablaError || kind.prototype instanceof NablaError)) {
    return new (kind as typeof NablaError)(message);
  }
  return Object.assign(new Error(message), { name });
}
