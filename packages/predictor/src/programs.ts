import { type Backend, type Executable, type Graph, specOf, UnsupportedOpError } from '@nablajs/tensor';

/** A graph of a file compiled for each size of batch that comes. */
export class Programs {
  readonly #backend: Backend;
  readonly #graphAt: (size: number) => Graph;
  readonly #source: { readonly file: string; readonly writer: string };
  readonly #known = new Map<number, Promise<Executable>>();

  /** @param source the file, and the function that writes such files, for messages */
  constructor(
    backend: Backend,
    source: { readonly file: string; readonly writer: string },
    graphAt: (size: number) => Graph,
  ) {
    this.#backend = backend;
    this.#source = source;
    this.#graphAt = graphAt;
  }

  /** @throws UnsupportedOpError when the backend lacks an op; FormatError when the graph contradicts itself */
  at(size: number): Promise<Executable> {
    let program = this.#known.get(size);
    if (!program) {
      program = this.#compile(size);
      this.#known.set(size, program);
    }
    return program;
  }

  dispose(): void {
    for (const program of this.#known.values()) program.then((each) => each.dispose()).catch(() => undefined);
    this.#known.clear();
  }

  async #compile(size: number): Promise<Executable> {
    const graph = this.#graphAt(size);
    this.#requireSupport(graph);
    return this.#backend.compile(graph);
  }

  #requireSupport(graph: Graph): void {
    const { ops, dtypes, maxRank, supports } = this.#backend.capabilities;
    const { file, writer } = this.#source;
    for (const instruction of graph.code) {
      const { op, operands, spec } = instruction;
      const specs = operands.map((operand) => specOf(graph, operand));
      const fits = [spec, ...specs].every(({ dtype, shape }) => dtypes.has(dtype) && shape.length <= maxRank);
      const verdict = ops.has(op) && fits ? (supports?.(instruction, specs) ?? true) : 'it has no kernel for that';
      if (verdict === true) continue;
      throw new UnsupportedOpError(
        `${file}: backend '${this.#backend.name}' cannot run '${op}' (${verdict}): the file was written for another one. ` +
          `Write it again with ${writer}(model, { backend }) and this backend.`,
        { op },
      );
    }
  }
}
