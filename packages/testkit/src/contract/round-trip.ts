// Values go to a backend and come back as they were.
import { type DType, formatSpec, hostArray, type Shape, sizeOf } from '@nablajs/tensor';
import { type Case, NotApplicable } from '../case.ts';
import { expectSame, expectValues, f32 } from './graphs.ts';

const DTYPES: readonly DType[] = ['float32', 'float16', 'float64', 'int32', 'uint32', 'bool'];
const SHAPES: readonly Shape[] = [[], [1], [7], [3, 5], [0], [2, 0, 3], [1, 1, 1, 1], [1031]];

const VALUES: Readonly<Record<DType, readonly number[]>> = {
  float32: [0, 1, -1, 0.1, 3.4028234e38, 1.1754944e-38, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
  float64: [0, 1, -1, 0.1, 1e300, Number.NaN, Number.POSITIVE_INFINITY],
  float16: [0, -0, 1, -1, 0.0999755859375, 65504, 2 ** -14, 2 ** -24, Number.NaN, Number.NEGATIVE_INFINITY],
  int32: [0, 1, -1, 2147483647, -2147483648, 16777217],
  uint32: [0, 1, 4294967295, 16777217],
  bool: [0, 1, 1, 0],
};

/** Round trips of every dtype and many shapes, and who owns the arrays. */
export function roundTripCases(): Case[] {
  return [
    ...DTYPES.flatMap((dtype) => SHAPES.map((shape) => roundTrip(dtype, shape))),
    {
      id: 'contract/round-trip/an uploaded array stays the caller’s',
      run: async ({ backend }) => {
        const data = Float32Array.of(1, 2, 3);
        const buffer = backend.upload(data, f32(3));
        data.fill(9);
        await expectValues('the buffer after its source changed', buffer, [1, 2, 3]);
        backend.free(buffer);
      },
    },
    {
      id: 'contract/round-trip/a downloaded array is the caller’s',
      run: async ({ backend }) => {
        const buffer = backend.upload(Float32Array.of(1, 2, 3), f32(3));
        const first = await backend.download(buffer);
        first.fill(9);
        await expectValues('the buffer after a download changed', buffer, [1, 2, 3]);
        backend.free(buffer);
      },
    },
  ];
}

function roundTrip(dtype: DType, shape: Shape): Case {
  const spec = { shape, dtype };
  return {
    id: `contract/round-trip/${formatSpec(spec)}`,
    run: async ({ backend }) => {
      if (!backend.capabilities.dtypes.has(dtype)) throw new NotApplicable(`${backend.name} has no ${dtype}`);
      const data = hostArray(dtype, sizeOf(shape));
      const values = VALUES[dtype];
      for (let i = 0; i < data.length; i++) data[i] = values[i % values.length]!;
      const before = backend.memory().buffers;
      const buffer = backend.upload(data, spec);
      expectSame('live buffers after an upload', backend.memory().buffers, before + 1);
      expectSame("the buffer's spec", formatSpec(buffer.spec), formatSpec(spec));
      const back = await backend.download(buffer);
      expectSame('the kind of array', back.constructor, data.constructor);
      await expectValues('the values', buffer, data);
      backend.free(buffer);
      expectSame('live buffers after it was freed', backend.memory().buffers, before);
    },
  };
}
