import { describe, expect, it } from 'vitest';
import { packCopy, packTranspose } from '../../src/kernels/product/pack.ts';
import { ModuleBuilder } from '../../src/wasm/index.ts';

const DEPTH = 5;
/** Whole panels that may be packed in one sweep, and some lanes. */
const MANY = 70;
const DIRT = 3e-40;

type Pack = (source: number, stride: number, depth: number, count: number, target: number, pitch: number) => void;

describe.each([4, 5, 6, 8, 16])('panels of %i lanes', (width) => {
  const module = new ModuleBuilder({ initial: 1, shared: false });
  module.export(packCopy(module, width));
  module.export(packTranspose(module, width));
  const memory = new WebAssembly.Memory({ initial: 1 });
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(module.encode()), { env: { memory } });

  it.each([...Array.from({ length: width + 3 }, (_, i) => i + 1), MANY])(
    'leave nothing of what lay there, %i lanes',
    (count) => {
      const panels = Math.ceil(count / width);
      const target = 4096;
      const pitch = DEPTH * width * 4;
      const source = Float32Array.from({ length: count * DEPTH }, (_, i) => i + 1);
      const floats = new Float32Array(memory.buffer);
      const panel = (k: number, lane: number): number =>
        floats[(target + Math.floor(lane / width) * pitch) / 4 + k * width + (lane % width)]!;
      const lanes = Array.from({ length: panels * width }, (_, lane) => lane);

      floats.fill(DIRT);
      floats.set(source);
      (exports[`packCopy${width}`] as Pack)(0, count * 4, DEPTH, count, target, pitch);
      for (let k = 0; k < DEPTH; k++) {
        expect(lanes.map((lane) => panel(k, lane))).toEqual(
          lanes.map((lane) => (lane < count ? source[k * count + lane] : 0)),
        );
      }

      floats.fill(DIRT);
      floats.set(source);
      (exports[`packTranspose${width}`] as Pack)(0, DEPTH * 4, DEPTH, count, target, pitch);
      for (let k = 0; k < DEPTH; k++) {
        // Ragged panels repeat the last row.
        expect(lanes.map((lane) => panel(k, lane))).toEqual(
          lanes.map((lane) => source[Math.min(lane, count - 1) * DEPTH + k]),
        );
      }
    },
  );
});
