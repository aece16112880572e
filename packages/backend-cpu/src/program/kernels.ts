import type { Kernel, KernelOptions } from '../kernels/index.ts';
import { RANGE } from '../kernels/index.ts';
import { type FunctionRef, ModuleBuilder, type Params } from '../wasm/index.ts';

/** The prepared kernels of a backend, compiled once; programs import those they call. */
export interface KernelLibrary {
  readonly options: KernelOptions;
  readonly exports: WebAssembly.Exports;
  /** Makes a kernel callable in a program's module. */
  use(module: ModuleBuilder, name: string): FunctionRef<Params, 'void'>;
  /** The names of a kernel's arguments, in order, without the range. */
  params(name: string): readonly string[];
}

/** The name under which programs import kernels. */
export const LIBRARY = 'kernels';

/** Compiles kernels into a library over a memory. */
export async function kernelLibrary(
  list: readonly Kernel[],
  options: KernelOptions,
  memory: WebAssembly.Memory,
): Promise<KernelLibrary> {
  const kernels = new Map(list.map((kernel) => [kernel.name, kernel]));
  const module = new ModuleBuilder({ initial: 1, shared: false });
  for (const kernel of kernels.values()) kernel.emit(module, options);
  const { instance } = await WebAssembly.instantiate(module.encode(), { env: { memory } });
  const paramsOf = (name: string): Params => kernels.get(name)!.params;
  return {
    options,
    exports: instance.exports,
    use: (target, name) =>
      target.once(`import ${name}`, () => target.import(LIBRARY, name, { ...paramsOf(name), ...RANGE }, 'void')),
    params: (name) => Object.keys(paramsOf(name)),
  };
}
