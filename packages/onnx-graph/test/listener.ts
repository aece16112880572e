// A backend that only listens: what it is asked to compile.
import type { Backend, Graph } from '@nablajs/tensor';
import { loweredOps } from '../src/index.ts';

/** Puts every graph into `heard`. */
export function listener(heard: Graph[]): Backend {
  return {
    name: 'listener',
    capabilities: { dtypes: new Set(['float32', 'int32', 'bool']), ops: loweredOps, maxRank: 8 },
    compile: async (graph) => {
      heard.push(graph);
      return { run: () => Promise.reject(new Error('compiled only')), dispose: () => undefined };
    },
    upload: () => {
      throw new Error('compiled only');
    },
    download: () => Promise.reject(new Error('compiled only')),
    free: () => undefined,
    memory: () => ({ buffers: 0, bytes: 0 }),
    dispose: async () => undefined,
  };
}
