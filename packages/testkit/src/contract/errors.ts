// What a backend says about what it cannot do.
import { UnsupportedOpError } from '@nablajs/tensor';
import type { Case } from '../case.ts';
import { f32, graphOf, instruction } from './graphs.ts';

/** Unknown ops are refused by name when a graph is compiled. */
export function errorCases(): Case[] {
  return [
    {
      id: 'contract/errors/an unknown op',
      run: async ({ backend }) => {
        const graph = graphOf({ inputs: [f32(3)], code: [instruction('acme/unheardOf', [0], f32(3))], outputs: [1] });
        let thrown: unknown;
        try {
          await backend.compile(graph);
        } catch (error) {
          thrown = error;
        }
        if (!(thrown instanceof UnsupportedOpError)) {
          throw new Error(`compile should throw UnsupportedOpError for an unknown op, got ${String(thrown)}`);
        }
        if (!thrown.message.includes('acme/unheardOf')) throw new Error(`the message names no op: ${thrown.message}`);
      },
    },
  ];
}
