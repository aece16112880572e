// Functions of tensors, run on a backend of choice without touching the current one.
import { type Backend, type Compiled, compile, type HostArray, type Spec, type Tensor } from '@nablajs/tensor';
import { type Operand, tensorOf } from './operands.ts';

/** A computed value. */
export interface Value {
  readonly spec: Spec;
  readonly data: HostArray;
}

/** A function of tensors. */
export type TensorFunction = (...inputs: Tensor[]) => readonly Tensor[];

/** `f` as one graph on `backend`. */
export function compileOn(backend: Backend, f: TensorFunction): Compiled<Tensor[], readonly Tensor[]> {
  return compile(f, { backend, name: 'testkit' });
}

/** The results of a compiled function, on the host. */
export async function valuesOf(
  compiled: Compiled<Tensor[], readonly Tensor[]>,
  operands: readonly Operand[],
): Promise<Value[]> {
  const results = await compiled(...operands.map(tensorOf));
  const values: Value[] = [];
  for (const result of results) {
    values.push({ spec: result.spec, data: await result.data() });
    result[Symbol.dispose]();
  }
  return values;
}

/** Runs `f` once on `backend`. */
export async function runOn(backend: Backend, f: TensorFunction, operands: readonly Operand[]): Promise<Value[]> {
  const compiled = compileOn(backend, f);
  try {
    return await valuesOf(compiled, operands);
  } finally {
    compiled.dispose();
  }
}

/** The same backend, as if it had no native lowering of some ops. */
export function without(backend: Backend, names: readonly string[]): Backend {
  const ops = new Set(backend.capabilities.ops);
  for (const name of names) ops.delete(name);
  return {
    name: backend.name,
    capabilities: { ...backend.capabilities, ops },
    upload: (data, spec) => backend.upload(data, spec),
    download: (buffer) => backend.download(buffer),
    free: (buffer) => backend.free(buffer),
    compile: (graph) => backend.compile(graph),
    memory: () => backend.memory(),
    dispose: () => backend.dispose(),
  };
}
