// Linked programs by their text: equal steps of a graph, and of other graphs, share one. Compiling is what first steps wait for.
import { type Binary, linkShader } from './program.ts';

/** The programs of a device. They are held weakly, so that those of graphs that are gone go too. */
export class Programs {
  readonly #gl: WebGL2RenderingContext;
  readonly #known = new Map<string, WeakRef<Binary>>();
  readonly #gone: FinalizationRegistry<string>;

  constructor(gl: WebGL2RenderingContext) {
    this.#gl = gl;
    this.#gone = new FinalizationRegistry((text) => {
      // A text may have been linked anew before this is told.
      if (this.#known.get(text)?.deref() === undefined) this.#known.delete(text);
    });
  }

  /** The program of a shader's text, which is linked at its first use. */
  of(text: string, inputs: number): Binary {
    const known = this.#known.get(text)?.deref();
    if (known) return known;
    const binary = linkShader(this.#gl, text, inputs);
    this.#known.set(text, new WeakRef(binary));
    this.#gone.register(binary, text);
    return binary;
  }
}
