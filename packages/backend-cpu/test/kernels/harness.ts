// Runs plans the unfriendly way: buffers at odd addresses between NaN guards, one of them ending with the memory itself,
// workspaces full of NaN, every call cut into uneven ranges run in reverse order.

import { expect } from 'vitest';
import { type Kernel, type KernelOptions, type KernelPlan, tileFor } from '../../src/kernels/kernel.ts';
import { detectFeatures, ModuleBuilder } from '../../src/wasm/index.ts';

detectFeatures();

/** Without and with relaxed multiply-add, each with the tile that goes with it. */
export const SETTINGS: readonly KernelOptions[] = [false, true].map((relaxedSimd) => ({
  relaxed: relaxedSimd,
  tile: tileFor({ relaxedSimd, wideVectors: false, lateLoads: false }),
}));

export type Buffers = Readonly<Record<string, Float32Array | Int32Array>>;

const GUARD = 0x7fc0dead;
const GUARD_WORDS = 67;

type Call = (...args: number[]) => void;

/** Compiles kernels once and runs plans over fresh memory. */
export function runner(
  kernels: readonly Kernel[],
  options: KernelOptions,
): (plan: KernelPlan, buffers: Buffers) => void {
  const module = new ModuleBuilder({ initial: 0, shared: false });
  for (const kernel of kernels) kernel.emit(module, options);
  const compiled = new WebAssembly.Module(module.encode());
  const params = new Map(kernels.map((kernel) => [kernel.name, Object.keys(kernel.params)]));
  let turn = 0;

  return (plan, buffers) => {
    const workspaceWords = Math.max(0, ...plan.calls.map((call) => Math.ceil(call.workspace / 4)));
    const areas = [...Object.entries(buffers), ['shared', new Int32Array(Math.ceil(plan.shared / 4))] as const];
    const rotated = areas.map((_, i) => areas[(i + turn) % areas.length]!);
    turn++;
    const words = rotated.reduce((sum, [, data]) => sum + GUARD_WORDS + data.length, workspaceWords + 2 * GUARD_WORDS);
    const memory = new WebAssembly.Memory({ initial: Math.ceil(words / 16384) + 1 });
    const all = new Int32Array(memory.buffer).fill(GUARD);
    const floats = new Float32Array(memory.buffer);
    const at = new Map<string, number>();
    let end = all.length;
    for (const [name, data] of rotated) {
      end -= data.length;
      at.set(name, end);
      if (name !== 'shared') (data instanceof Float32Array ? floats : all).set(data, end);
      end -= GUARD_WORDS;
    }
    const workspace = end - workspaceWords;
    const { exports } = new WebAssembly.Instance(compiled, { env: { memory } });
    for (const call of plan.calls) {
      const args = params.get(call.kernel)!.map((name) => {
        const value = call.args[name]!;
        return typeof value === 'number' ? value : at.get(value.buffer)! * 4 + value.offset;
      });
      for (const [first, last] of ranges(call.extent, turn)) {
        const needed = Math.ceil(call.workspace / 4);
        all.fill(GUARD, workspace, workspace + workspaceWords);
        (exports[call.kernel] as Call)(...args, first, last, workspace * 4);
        expect(intact(all, workspace + needed, workspace + workspaceWords + GUARD_WORDS), 'workspace guard').toBe(true);
      }
    }
    for (const [name, data] of areas) {
      const start = at.get(name)!;
      expect(intact(all, start - GUARD_WORDS, start), `guard before ${name}`).toBe(true);
      if (name !== 'shared')
        data.set((data instanceof Float32Array ? floats : all).subarray(start, start + data.length));
    }
  };
}

/** Uneven pieces of `[0, extent)`, last first. */
function ranges(extent: number, seed: number): [number, number][] {
  const pieces: [number, number][] = [];
  let first = 0;
  for (let size = 1 + (seed % 5); first < extent; size = 1 + ((size * 7 + seed) % 40)) {
    const last = Math.min(extent, first + size);
    pieces.push([first, last]);
    first = last;
  }
  return pieces.reverse();
}

function intact(words: Int32Array, from: number, to: number): boolean {
  for (let i = Math.max(0, from); i < Math.min(words.length, to); i++) if (words[i] !== GUARD) return false;
  return true;
}

/** Reproducible values in [-1, 1), multiples of 1/64 so that sums of products stay nearly exact. */
export function values(length: number, seed = 1): Float32Array {
  let state = seed * 2654435761 + 12345;
  return Float32Array.from({ length }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return (state >> 25) / 64;
  });
}

/** Compares with a float64 truth, relative to the largest value. */
export function expectClose(actual: Float32Array, truth: ArrayLike<number>, tolerance = 1e-5): void {
  expect(actual.length).toBe(truth.length);
  const scale = Array.from(truth, Math.abs).reduce((a, b) => Math.max(a, b), 1);
  let worst = 0;
  for (let i = 0; i < actual.length; i++) {
    const error = Math.abs(actual[i]! - truth[i]!);
    if (!(error <= worst)) worst = error;
  }
  expect(worst / scale).toBeLessThan(tolerance);
}
