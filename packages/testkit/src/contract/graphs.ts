// Graphs by hand, and their runs on bare buffers.
import type { Backend, Buffer, Executable, Graph, Instruction, Shape, Spec } from '@nablajs/tensor';
import { EXACT, expectClose } from '../close.ts';

/** `float32[...shape]`. */
export function f32(...shape: Shape): Spec {
  return { shape, dtype: 'float32' };
}

/** A graph with what it does not name left empty. */
export function graphOf(parts: Partial<Graph> & Pick<Graph, 'outputs'>): Graph {
  return { inputs: [], constants: [], code: [], donated: [], ...parts };
}

/** `op(operands)` with the spec of the result. */
export function instruction(
  op: string,
  operands: readonly number[],
  spec: Spec,
  attrs: Instruction['attrs'] = {},
): Instruction {
  return { op, operands, attrs, spec };
}

/** `start, start + 1, ...` as float32. */
export function counting(size: number, start = 1): Float32Array {
  return Float32Array.from({ length: size }, (_, i) => start + i);
}

/** Compiles, hands the executable to `f`, disposes it. */
export async function withExecutable<T>(
  backend: Backend,
  graph: Graph,
  f: (executable: Executable) => Promise<T>,
): Promise<T> {
  const executable = await backend.compile(graph);
  try {
    return await f(executable);
  } finally {
    executable.dispose();
  }
}

/** Throws unless a buffer holds exactly these values. */
export async function expectValues(what: string, buffer: Buffer, expected: ArrayLike<number>): Promise<void> {
  expectClose(what, await buffer.backend.download(buffer), expected, EXACT);
}

/** Throws unless `found` is `expected`. */
export function expectSame(what: string, found: unknown, expected: unknown): void {
  if (!Object.is(found, expected)) throw new Error(`${what}: ${String(found)}, expected ${String(expected)}`);
}
