// How values lie in memory: one 32-bit word per element, row-major. A bool is a word of ones or of zeros, which is what
// vector comparisons give and vector selections take, so that no loop ever converts one.
import { type HostArray, hostArray, type Spec, sizeOf } from '@nablajs/tensor';
import type { Heap } from './heap.ts';

/** Bytes of the values of a spec. */
export function bytesOf(spec: Spec): number {
  return sizeOf(spec.shape) * 4;
}

/** Copies host values to an address. */
export function writeValues(heap: Heap, address: number, data: HostArray, { dtype }: Spec): void {
  if (dtype === 'float32') {
    heap.floats(address, data.length).set(data);
    return;
  }
  const words = heap.integers(address, data.length);
  if (dtype === 'int32') words.set(data);
  else for (let i = 0; i < data.length; i++) words[i] = data[i] === 0 ? 0 : -1;
}

/** Copies values at an address to the host. */
export function readValues(heap: Heap, address: number, { shape, dtype }: Spec): HostArray {
  const size = sizeOf(shape);
  if (dtype === 'float32') return heap.floats(address, size).slice();
  const words = heap.integers(address, size);
  if (dtype === 'int32') return words.slice();
  const out = hostArray(dtype, size);
  for (let i = 0; i < size; i++) out[i] = words[i]! & 1;
  return out;
}
