// Memory of the CPU: array buffers of our own, so that values are read and written without a call.
import type { Spec } from '@nablajs/tensor';
import koffi from 'koffi';
import type { OrtApi } from './api.ts';
import { type Elements, elementsFor, toElements, toHost } from './elements.ts';
import { type Block, bytesOf, type Device, ELEMENT_CODES } from './memory.ts';

const ALIGNMENT = 64;
// OrtAllocatorType and OrtMemType.
const DEVICE_ALLOCATOR = 0;
const DEFAULT_MEMORY = 0;

/** The memory of the CPU. */
export function cpuDevice(api: OrtApi): Device {
  const info = api.make('CreateCpuMemoryInfo', DEVICE_ALLOCATOR, DEFAULT_MEMORY);
  return {
    allocate(spec): Block {
      const array = alignedElements(spec);
      const tensorOver = (elements: Elements, shape: readonly number[]): bigint => {
        const bytes = new Uint8Array(elements.buffer, elements.byteOffset, elements.byteLength);
        return api.make(
          'CreateTensorWithDataAsOrtValue',
          info,
          // ONNX Runtime refuses the null pointer that an empty array would be.
          bytes.length === 0 ? new Uint8Array(elements.buffer) : bytes,
          bytes.length,
          BigInt64Array.from(shape, BigInt),
          shape.length,
          ELEMENT_CODES[spec.dtype],
        );
      };
      const value = tensorOver(array, spec.shape);
      const parts = new Map<string, bigint>();
      return {
        value,
        part({ start, length }, shape): bigint {
          // Graphs may cut the same memory in different ways.
          const key = `${start} ${shape.join()}`;
          const part = parts.get(key) ?? tensorOver(array.subarray(start, start + length), shape);
          parts.set(key, part);
          return part;
        },
        write: (data) => array.set(toElements(data, spec)),
        read: () => toHost(array.slice()),
        release: () => {
          for (const part of [value, ...parts.values()]) api.release('ReleaseValue', part);
        },
      };
    },
  };
}

/** Elements that start at a multiple of a cache line and whose memory never moves. */
function alignedElements(spec: Spec): Elements {
  const memory = new ArrayBuffer(bytesOf(spec) + ALIGNMENT);
  const past = Number(koffi.address(memory) % BigInt(ALIGNMENT));
  return elementsFor(spec, memory, past === 0 ? 0 : ALIGNMENT - past);
}
