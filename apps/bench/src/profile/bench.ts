// Where each per cent of a step of the cpu backend goes, by sampling, and what the floor is.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { cpu } from '@nablajs/backend-cpu';
import type { Bench, BenchOptions, Cell, Table } from '../frame/bench.ts';
import type { Contender } from '../frame/race.ts';
import { NETWORK_TITLES, nablaSteps } from '../networks/nabla.ts';
import { nablaTrainer } from '../train-step/nabla.ts';
import { cnn, mlp } from '../train-step/task.ts';
import { sampled } from './sample.ts';

const MILLISECONDS = 4000;

/** What functions of WebAssembly are about, by their names; the first that fits. */
const KINDS: readonly (readonly [kind: string, names: RegExp])[] = [
  ['multiply-adds of products and convolutions', /^(multiply(Gathered)?Tile|dot$)/],
  ["Winograd's transforms", /^(winograd|transformTile|packTransformed)/],
  ['packing operands into panels', /^(pack|multiply|gemm)/],
  ['finding windows', /^(gatherTable|locatePixels|copyPatch|conv|fewChannels|sumSlices)/],
  ['pools and their gradients', /Pool/],
  ['softmax, positions, random bits', /^(softmax|logSoftmax|entropy|extremes|philox|gather|scatter)/],
  ['fused loops: activations, loss, updates', /./],
];
const SCRIPT = 'JavaScript, collection of garbage';

/** What a step has to do at least, by hand from the shapes. */
interface Work {
  /** Multiply-adds in millions, with Winograd's saving where it applies. */
  readonly products: number;
  /** Weights in thousands, and how often each goes through memory. */
  readonly weights: number;
  readonly sweeps: number;
}

// Adam reads weight, slope and two moments, and writes three of them; slopes were written before. Momentum has one moment.
const [ADAM, MOMENTUM] = [8, 6];
/** 36 for 16 outputs of 9 taps; 14 pixels along an axis take three tiles of four and one of two. */
const WINOGRAD = 36 / 144;
const RAGGED = (3 * 6 + 4) ** 2 / (9 * 14 * 14);

const MLP: Work = {
  products: (128 * (2 * 784 * 512 + 3 * 512 * 256 + 3 * 256 * 10)) / 1e6,
  weights: 535.818,
  sweeps: ADAM,
};
const CNN: Work = {
  products: (64 * (2 * 784 * 9 * 32 + 3 * 196 * 9 * 32 * 64 * RAGGED + 3 * (3136 * 128 + 128 * 10))) / 1e6,
  weights: 421.642,
  sweeps: MOMENTUM,
};
/** Thirteen convolutions of 3 x 3 alike in work, three of half of it with stride 2, their shortcuts, and the first. */
const RESNET: Work = {
  products: (32 * 1024 * (3 * 64 * (9 * 64 * (13 * WINOGRAD + 3 / 2) + 3 * 32) + 2 * 27 * 64)) / 1e6,
  weights: 11173.962,
  sweeps: MOMENTUM,
};
const AUDIO: Work = {
  products: (32 * (2 * 2000 * 9 * 32 + 3 * 500 * 9 * 32 * 64 + 3 * 250 * 3 * 64 * 64)) / 1e6,
  weights: 31.818,
  sweeps: ADAM,
};

/** The benchmark. */
export const profile: Bench = {
  async run(options): Promise<readonly Table[]> {
    const rate = rates(options);
    const tables: Table[] = [];
    for (const [task, work] of [
      [mlp(), MLP],
      [cnn(), CNN],
    ] as const) {
      const trainer = await nablaTrainer('profile', await cpu({ threads: 1 }), task);
      await trainer.losses(1);
      tables.push(await profileOf(task.title, trainer, work, rate));
      await trainer.close();
    }
    for (const [name, work] of [
      ['resnet', RESNET],
      ['audio', AUDIO],
    ] as const) {
      const backend = await cpu({ threads: 1 });
      tables.push(await profileOf(NETWORK_TITLES[name], await nablaSteps('profile', backend, name), work, rate));
      await backend.dispose();
    }
    return tables;
  },
};

async function profileOf(
  title: string,
  contender: Contender,
  { products, weights, sweeps }: Work,
  [operations, bytes]: readonly [number, number],
): Promise<Table> {
  for (const until = Date.now() + 1500; Date.now() < until; ) await contender.run(1);
  let steps = 0;
  const start = process.cpuUsage();
  const samples = await sampled(async () => {
    for (const until = Date.now() + MILLISECONDS; Date.now() < until; steps++) await contender.run(1);
  });
  const { user, system } = process.cpuUsage(start);
  const step = (user + system) / 1000 / steps;
  const shares = new Map<string, number>([...KINDS.map(([kind]) => [kind, 0] as const), [SCRIPT, 0]]);
  for (const { name, wasm, share } of samples) {
    const kind = wasm ? KINDS.find(([, names]) => names.test(name))![0] : SCRIPT;
    shares.set(kind, shares.get(kind)! + share);
  }
  const floors = [
    [`floor: ${products.toFixed(0)} million multiply-adds in registers`, (2 * products) / operations],
    [
      `floor: ${weights.toFixed(0)} thousand weights through memory ${sweeps} times`,
      (weights * 4 * sweeps) / bytes / 1000,
    ],
  ] as const;
  return {
    title: `Where a step goes on the cpu backend: ${title}, one thread`,
    columns: [{ title: '' }, { title: 'ms', digits: 2 }, { title: '%', digits: 1 }],
    rows: [
      ...[...shares].filter(([, share]) => share > 0).map(([kind, share]): Cell[] => [kind, share * step, 100 * share]),
      ['step', step, 100],
      ...floors.map(([name, time]): Cell[] => [name, time, (100 * time) / step]),
    ],
    notes: [
      `Registers multiply and add at ${operations.toFixed(0)} GFLOP/s, memory copies at ${bytes.toFixed(0)} GB/s here.`,
    ],
  };
}

/** Operations and bytes per nanosecond that this machine can do at the most. */
function rates({ root }: BenchOptions): [number, number] {
  const program = join(root, 'packages/backend-cpu/bench/run.mjs');
  const { stdout } = spawnSync(process.execPath, [program, 'floor', '--json'], { encoding: 'utf8' });
  const medians = stdout
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => (JSON.parse(line) as { rows: [{ median: number }] }).rows[0].median);
  return medians as [number, number];
}
