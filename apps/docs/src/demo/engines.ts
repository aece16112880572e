// The engines the page can compute with. Another backend is another entry; nothing else on the page knows their names.
import type { Backend } from 'nablajs';

/** Something that computes in a page. */
export interface Engine {
  readonly id: string;
  readonly label: string;
  /** One sentence for whoever chooses. */
  readonly hint: string;
  /** Loads and starts it. Throws BackendUnavailableError where it cannot run. */
  readonly open: () => Promise<Backend>;
}

/** All of them; the first is chosen until somebody chooses another. */
export const engines: readonly Engine[] = [
  {
    id: 'cpu',
    label: 'CPU (WebAssembly)',
    hint: 'Compiles the whole training step to one WebAssembly SIMD program. Runs everywhere.',
    open: async () => (await import('@nablajs/backend-cpu')).cpu(),
  },
];
