// Samples and errors as messages carry them.
import * as tensorPackage from '@nablajs/tensor';
import { type DType, fromData, type HostArray, NablaError, Tensor } from '@nablajs/tensor';
import type { ModelData } from '../../training/input.ts';
import type { ErrorParcel, Parcel } from './protocol.ts';

/** Samples as a message carries them. What is copied on the way out is added to `transfer`, and moves without another copy. */
export async function packed(data: ModelData, transfer: Transferable[], move: boolean = false): Promise<Parcel> {
  if (data instanceof Tensor) {
    const values = await data.data();
    transfer.push(values.buffer as ArrayBuffer);
    return { kind: 'tensor', values, shape: data.shape, dtype: data.dtype };
  }
  if (move && ArrayBuffer.isView(data)) transfer.push(data.buffer as ArrayBuffer);
  return { kind: 'as given', values: data as Extract<Parcel, { kind: 'as given' }>['values'] };
}

/** The samples of a message. */
export function unpacked(parcel: Parcel): ModelData {
  return parcel.kind === 'tensor'
    ? fromData(parcel.values, parcel.shape, parcel.dtype as DType)
    : (parcel.values as HostArray);
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
