import { type Backend, type Executable, type Graph, specOf, UnsupportedOpError } from '@nablajs/tensor';

/** A graph of a file, compiled for each size of batch that comes. */
export interface Programs {
  /** @throws UnsupportedOpError when the backend lacks an op; FormatError when the graph contradicts itself */
  at(size: number): Promise<Executable>;
  dispose(): void;
}

/** Where a graph comes from, for messages. */
interface Source {
  readonly file: string;
  /** The function that writes such files. */
  readonly writer: string;
}

/** Compiles a graph as it is asked for. */
export function programsOf(backend: Backend, source: Source, graphAt: (size: number) => Graph): Programs {
  const known = new Map<number, Promise<Executable>>();
  const compile = async (size: number): Promise<Executable> => {
    const graph = graphAt(size);
    requireSupport(graph, backend, source);
    return backend.compile(graph);
  };
  return {
    at(size) {
      const program = known.get(size) ?? compile(size);
      known.set(size, program);
      return program;
    },
    dispose() {
      for (const program of known.values()) program.then((each) => each.dispose()).catch(() => undefined);
      known.clear();
    },
  };
}

function requireSupport(graph: Graph, backend: Backend, { file, writer }: Source): void {
  const { ops, dtypes, maxRank, supports } = backend.capabilities;
  for (const instruction of graph.code) {
    const { op, operands, spec } = instruction;
    const specs = operands.map((operand) => specOf(graph, operand));
    const fits = [spec, ...specs].every(({ dtype, shape }) => dtypes.has(dtype) && shape.length <= maxRank);
    const verdict = ops.has(op) && fits ? (supports?.(instruction, specs) ?? true) : 'it has no kernel for that';
    if (verdict === true) continue;
    throw new UnsupportedOpError(
      `${file}: backend '${backend.name}' cannot run '${op}' (${verdict}): the file was written for another one. ` +
        `Write it again with ${writer}(model, { backend }) and this backend.`,
      { op },
    );
  }
}
