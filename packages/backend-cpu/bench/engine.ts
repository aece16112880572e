// Runs plans on one thread and times contenders by turns: the machine's speed drifts, ratios inside one table do not.

import { type Kernel, type KernelOptions, type KernelPlan, tileFor } from '../src/kernels/kernel.ts';
import { detectFeatures, ModuleBuilder } from '../src/wasm/index.ts';

type Call = (...args: number[]) => void;

const features = detectFeatures();

/** What the benchmarks run with. */
export const OPTIONS: KernelOptions = { relaxed: features.relaxedSimd, tile: tileFor(features) };

/** Compiled kernels over one memory, 64-byte aligned buffers taken from it in order. */
export class Engine {
  readonly #exports: WebAssembly.Exports;
  readonly #params: Map<string, string[]>;
  readonly #memory: WebAssembly.Memory;
  #top = 65536;

  constructor(kernels: readonly Kernel[], options: KernelOptions, megabytes = 512) {
    const module = new ModuleBuilder({ initial: 1, shared: false });
    for (const kernel of kernels) kernel.emit(module, options);
    this.#memory = new WebAssembly.Memory({ initial: megabytes * 16 });
    const compiled = new WebAssembly.Module(module.encode());
    this.#exports = new WebAssembly.Instance(compiled, { env: { memory: this.#memory } }).exports;
    this.#params = new Map(kernels.map((kernel) => [kernel.name, Object.keys(kernel.params)]));
  }

  /** Room for so many floats, filled with small values. */
  floats(count: number): number {
    const address = this.#top;
    new Float32Array(this.#memory.buffer, address, count).forEach((_, i, all) => {
      all[i] = ((i * 7919) % 64) / 64 - 0.5;
    });
    this.#top = (address + count * 4 + 63) & -64;
    return address;
  }

  /** A plan bound to addresses, ready to run again and again. */
  prepare(plan: KernelPlan, buffers: Readonly<Record<string, number>>): () => void {
    const shared = this.floats(plan.shared / 4);
    const workspace = this.floats(Math.ceil(Math.max(0, ...plan.calls.map((call) => call.workspace)) / 4));
    const calls = plan.calls.map((call) => {
      const args = this.#params.get(call.kernel)!.map((name) => {
        const value = call.args[name]!;
        if (typeof value === 'number') return value;
        return (value.buffer === 'shared' ? shared : buffers[value.buffer]!) + value.offset;
      });
      const fn = this.#exports[call.kernel] as Call;
      return () => fn(...args, 0, call.extent, workspace);
    });
    return () => {
      for (const call of calls) call();
    };
  }
}

/** Work with a name: floating point operations (or bytes) per run. */
export interface Contender {
  readonly name: string;
  readonly amount: number;
  readonly run: () => void;
}

/** Milliseconds this process had a processor: other work on the machine does not count, only what it does to the caches. */
export function processorTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

const AS_DATA = process.argv.includes('--json');

/** Prints median and best rate of each contender in units of 1e9 per second, the median's share of the first one's, and its time; with `--json` as one line of data. */
export function race(title: string, contenders: readonly Contender[], rounds = 15): void {
  const repeats = contenders.map(({ run }) => {
    const until = performance.now() + 150;
    let turns = 0;
    while (performance.now() < until) {
      run();
      turns++;
    }
    return Math.max(1, Math.ceil(turns / 10));
  });
  const times = contenders.map((): number[] => []);
  for (let round = 0; round < rounds; round++) {
    contenders.forEach(({ run }, i) => {
      const start = processorTime();
      for (let turn = 0; turn < repeats[i]!; turn++) run();
      times[i]!.push((processorTime() - start) / repeats[i]!);
    });
  }
  const rows = contenders.map(({ name, amount }, i) => {
    const sorted = times[i]!.sort((a, b) => a - b);
    const [best, median] = [sorted[0]!, sorted[sorted.length >> 1]!];
    return { name, median: amount / median / 1e6, best: amount / best / 1e6, time: median };
  });
  if (AS_DATA) {
    console.log(JSON.stringify({ title, rows }));
    return;
  }
  console.log(`\n${title}`);
  const first = rows[0]!.median;
  for (const { name, median, best, time } of rows) {
    const share = `${((100 * median) / first).toFixed(0)} %`.padStart(6);
    console.log(
      `  ${name.padEnd(34)}${median.toFixed(1).padStart(7)} median ${best.toFixed(1).padStart(7)} best ${share}   ${time.toFixed(3)} ms`,
    );
  }
}
