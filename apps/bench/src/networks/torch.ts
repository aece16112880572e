// The same networks in PyTorch, where a Python with it is found.
import { join } from 'node:path';
import type { Contender } from '../frame/race.ts';
import { pythonWith, startPython } from '../peers/python.ts';
import type { NetworkName } from './nabla.ts';

/** PyTorch in a process of its own. */
export interface TorchNetworks {
  steps(network: NetworkName): Contender;
  /** The most memory its process ever held, in MB. */
  peak(): Promise<number>;
  close(): Promise<void>;
}

/** Starts PyTorch; null when no Python has it. */
export async function startNetworks(root: string, threads: number): Promise<TorchNetworks | null> {
  const python = pythonWith('torch');
  if (python === null) return null;
  const program = startPython(python, join(root, 'apps/bench/src/networks/networks.py'), threads);
  const version = await program.ask<string>({ command: 'threads', threads });
  return {
    steps: (network) => ({
      name: `PyTorch ${version}`,
      run: (times) => program.ask<number>({ command: 'run', network, times }),
    }),
    peak: () => program.ask<number>({ command: 'peak' }),
    close: () => program.close(),
  };
}
