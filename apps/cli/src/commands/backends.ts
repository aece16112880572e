import { BACKEND_NAMES, backendEntries } from '../backends/backends.ts';
import { displayFor } from '../display/display.ts';
import { table } from '../text/table.ts';
import type { Command } from './command.ts';

interface Finding {
  readonly name: string;
  readonly available: boolean;
  /** What was found, or what is missing. */
  readonly details: string;
}

/** `nabla backends` */
export const backends: Command = async (_words, options, io) => {
  const found: Finding[] = [];
  for (const name of BACKEND_NAMES) found.push(await probe(name));
  const rows = found.map(({ name, available, details }) => [name, available ? 'yes' : 'no', details]);
  const node = process.versions.node;
  displayFor(io, options).result(
    'backends',
    { node, platform: `${process.platform}-${process.arch}`, backends: found },
    `${table(['backend', 'available', 'details'], rows, ['available', 'details'])}\n\nNode ${node} on ${process.platform}-${process.arch}`,
  );
};

async function probe(name: (typeof BACKEND_NAMES)[number]): Promise<Finding> {
  const { open, describe } = backendEntries[name];
  try {
    const backend = await open();
    await backend.dispose();
    return { name, available: true, details: describe() };
  } catch (error) {
    return { name, available: false, details: (error as Error).message.split('\n')[0]! };
  }
}
