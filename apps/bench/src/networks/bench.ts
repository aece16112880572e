// Steps of networks that take a while, ours against PyTorch.
import { cpu } from '@nablajs/backend-cpu';
import type { Bench, BenchOptions, Cell, Table } from '../frame/bench.ts';
import { race } from '../frame/race.ts';
import { NETWORK_TITLES, type NETWORKS, nablaSteps } from './nabla.ts';
import { startNetworks, type TorchNetworks } from './torch.ts';

/** The benchmark. */
export const networks: Bench = {
  async run(options): Promise<readonly Table[]> {
    const torch = await startNetworks(options.root, options.threads);
    const tables: Table[] = [];
    for (const name of Object.keys(NETWORK_TITLES) as (keyof typeof NETWORKS)[])
      tables.push(await stepsOf(name, torch, options));
    await torch?.close();
    return tables;
  },
};

async function stepsOf(
  name: keyof typeof NETWORKS,
  torch: TorchNetworks | null,
  { threads, full }: BenchOptions,
): Promise<Table> {
  const backend = await cpu({ threads, turbo: true });
  const ours = await nablaSteps(`Nabla cpu, ${backend.info.wideVectors ? 256 : 128} bits`, backend, name);
  const contenders = [ours, ...(torch ? [torch.steps(name)] : [])];
  const times = await race(contenders, { rounds: full ? 20 : 5, turn: 200, processor: threads === 1 });
  await backend.dispose();
  return {
    title: `${NETWORK_TITLES[name]}, ${threads === 1 ? 'one thread' : `${threads} threads`}`,
    columns: [
      { title: '' },
      { title: 'median ms', digits: 1 },
      { title: 'least ms', digits: 1 },
      { title: 'against the last', digits: 2 },
    ],
    rows: contenders.map((contender, i): Cell[] => {
      const { median, least } = times[i]!;
      return [contender.name, median, least, median / times.at(-1)!.median];
    }),
  };
}
