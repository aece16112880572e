// A network that steps on the device, always with a new batch: what is not on the device yet is moved there.
import { type ComputePrecision, fromData, type Sequential, setBackend, setSeed, type Tensor } from 'nablajs';
import type { Watched } from './device.ts';

/** A network and its data. */
export interface Task {
  readonly make: (precision: ComputePrecision) => Sequential;
  /** Of one sample. */
  readonly shape: readonly number[];
  readonly batch: number;
  readonly classes: number;
}

/** A network in training. */
export interface Trainer {
  /** One step; its loss, read from the device. */
  loss(): Promise<number>;
  /** So many steps, without reading anything; milliseconds. */
  run(steps: number): Promise<number>;
}

const BATCHES = 4;

/** Builds the network from a fixed seed. */
export function trainerOn(
  { backend }: Watched,
  { make, shape, batch, classes }: Task,
  precision: ComputePrecision,
): Trainer {
  setBackend(backend);
  setSeed(1);
  const model = make(precision);
  const size = shape.reduce((product, n) => product * n, batch);
  const images = Array.from({ length: BATCHES }, (_, k) =>
    Float32Array.from({ length: size }, (__, i) => (((i + 7 * k) * 7919) % 256) / 255),
  );
  const labels = Array.from({ length: BATCHES }, (_, k) =>
    Int32Array.from({ length: batch }, (__, i) => (3 * i + k) % classes),
  );
  let done = 0;
  const next = (): { x: Tensor; y: Tensor } => {
    const at = done++ % BATCHES;
    return { x: fromData(images[at]!, [batch, ...shape]), y: fromData(labels[at]!, [batch]) };
  };
  return {
    async loss(): Promise<number> {
      setBackend(backend);
      const { x, y } = next();
      const { history } = await model.fit(x, y, { batchSize: batch, epochs: 1, shuffle: false, verbose: 0 });
      return history['loss']![0]!;
    },
    async run(steps): Promise<number> {
      setBackend(backend);
      const step = model.steps!.train;
      const started = performance.now();
      for (let i = 0; i < steps; i++) {
        const { x, y } = next();
        await step({ x: [x], y: [y], sampleWeight: [null] }, [null]);
      }
      return performance.now() - started;
    },
  };
}
