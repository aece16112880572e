// How values lie in native memory: as on the host, but for half precision, which JavaScript has no numbers for.
import { fromHalfBits, type HostArray, halfBits, hostArray, type Spec, sizeOf } from '@nablajs/tensor';

/** Elements as ONNX Runtime holds them. */
export type Elements = HostArray | Uint16Array;

/** Zeros for a spec; over given memory from `start` on, if any. */
export function elementsFor({ shape, dtype }: Spec, memory?: ArrayBuffer, start: number = 0): Elements {
  const Kind = (dtype === 'float16' ? Uint16Array : hostArray(dtype, 0).constructor) as new (
    memory: ArrayBuffer | number,
    start?: number,
    size?: number,
  ) => Elements;
  const size = sizeOf(shape);
  return memory ? new Kind(memory, start, size) : new Kind(size);
}

/** Host values as elements. */
export function toElements(data: HostArray, { dtype }: Spec): Elements {
  return dtype === 'float16' ? halfBits(data) : data;
}

/** Elements as host values; the same array, but for half precision. */
export function toHost(elements: Elements): HostArray {
  return elements instanceof Uint16Array ? fromHalfBits(elements) : elements;
}
