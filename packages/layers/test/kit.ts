// How the tests of this package run.
import { reference } from '@nablajs/backend-reference';
import { fromData, type Shape, setBackend, setSeed, sizeOf, type Tensor } from '@nablajs/tensor';
import { beforeAll, beforeEach } from 'vitest';

/** Uses the reference backend and one seed in the tests of a file. */
export function onReference(): void {
  beforeAll(() => setBackend(reference()));
  beforeEach(() => setSeed(7));
}

/** Values of both signs that lie apart from each other and from 0, where some functions bend. */
export function sampleOf(shape: Shape, start: number = 0): Tensor {
  const size = sizeOf(shape);
  const step = 7;
  const values = Float32Array.from({ length: size }, (_, i) => {
    const place = ((i + start) * step) % (size % step === 0 ? size + 1 : size);
    return (place - size / 2 + 0.25) * (2 / size);
  });
  return fromData(values, shape);
}
