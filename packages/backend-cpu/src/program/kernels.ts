import { type Kernel, type KernelOptions, RANGE } from '../kernels/kernel.ts';
import type { Heap } from '../memory/heap.ts';
import type { LaterKernels } from '../ops/family.ts';
import type { Pool } from '../threads/pool.ts';
import { type FunctionRef, ModuleBuilder, type Params } from '../wasm/index.ts';
import { compileModule } from './compile-module.ts';

/** The name under which programs import kernels. */
export const LIBRARY = 'kernels';

/** The prepared kernels of a backend. Each is compiled when the first program needs it; programs import those they call. */
export class KernelLibrary {
  readonly options: KernelOptions;
  /** The compiled kernels by name. */
  readonly exports: Record<string, WebAssembly.ExportValue> = {};
  readonly #kernels = new Map<string, Kernel>();
  readonly #later = new Map<string, () => Promise<Kernel>>();
  readonly #heap: Heap;
  readonly #pool: Pool | null;

  constructor(options: KernelOptions, heap: Heap, pool: Pool | null) {
    this.options = options;
    this.#heap = heap;
    this.#pool = pool;
  }

  /** Makes kernels known; those that are known already stay. */
  add(kernels: readonly Kernel[], later: LaterKernels = {}): void {
    for (const kernel of kernels) this.#kernels.set(kernel.name, kernel);
    for (const [name, load] of Object.entries(later)) this.#later.set(name, load);
  }

  /** Fetches what is not there yet of these kernels. */
  async fetch(names: Iterable<string>): Promise<void> {
    const missing = [...names].filter((name) => !this.#kernels.has(name));
    this.add(await Promise.all(missing.map((name) => this.#later.get(name)!())));
  }

  /** The names of a kernel's arguments, in order, without the range. */
  params(name: string): readonly string[] {
    return Object.keys(this.#kernels.get(name)!.params);
  }

  /** Makes a kernel callable in a program's module. */
  use(module: ModuleBuilder, name: string): FunctionRef<Params, 'void'> {
    const { params } = this.#kernels.get(name)!;
    return module.once(`import ${name}`, () => module.import(LIBRARY, name, { ...params, ...RANGE }, 'void'));
  }

  /** Compiles what is missing of these kernels. */
  async prepare(names: Iterable<string>): Promise<void> {
    for (const name of names) {
      if (name in this.exports) continue;
      const builder = new ModuleBuilder(this.#heap.import);
      this.#kernels.get(name)!.emit(builder, this.options);
      const module = await compileModule(builder.encode());
      const { exports } = new WebAssembly.Instance(module, { env: { memory: this.#heap.memory } });
      this.exports[name] = exports[name]!;
      this.#pool?.addKernel(name, module);
    }
  }
}
