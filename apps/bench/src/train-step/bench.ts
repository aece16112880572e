// Whole training steps of two networks, everybody from the same weights on the same batches.
import { cpu } from '@nablajs/backend-cpu';
import { onnxruntime } from '@nablajs/backend-onnxruntime';
import type { Bench, BenchOptions, Cell, Table } from '../frame/bench.ts';
import { race } from '../frame/race.ts';
import { jaxTrainer } from './jax.ts';
import { nablaTrainer } from './nabla.ts';
import { onnxruntimeProfile, torchProfile } from './profiles.ts';
import { cnn, mlp, type Task } from './task.ts';
import { tfjsTrainer } from './tfjs.ts';
import { startTorch, type Torch } from './torch.ts';
import type { Trainer } from './trainer.ts';

const CHECKED_STEPS = 3;

/** The benchmark. */
export const trainStep: Bench = {
  async run(options): Promise<readonly Table[]> {
    const torch = startTorch(options.root, options.threads);
    const tables: Table[] = [];
    for (const task of [mlp(), cnn()]) {
      tables.push(await stepsOf(task, torch, options));
      tables.push(await onnxruntimeProfile(task, options.threads));
      if (torch) tables.push(await torchProfile(task, torch));
    }
    await torch?.close();
    return tables;
  },
};

async function stepsOf(task: Task, torch: Torch | null, { threads, full }: BenchOptions): Promise<Table> {
  const own = await cpu({ threads, turbo: true });
  const trainers: Trainer[] = [
    await nablaTrainer('Nabla onnxruntime', await onnxruntime({ threads }), task),
    await nablaTrainer(`Nabla cpu, ${own.info.wideVectors ? 256 : 128} bits`, own, task),
    ...(torch ? [await torch.trainer(task)] : []),
    ...(torch && task.name === 'cnn' ? [await torch.trainer(task, true)] : []),
    ...(task.name === 'mlp' ? [await jaxTrainer(task)] : []),
    await tfjsTrainer(task),
  ];
  const losses: number[][] = [];
  // One step is enough where steps take half a minute.
  for (const trainer of trainers)
    losses.push(await trainer.losses(trainer.name.startsWith('TensorFlow.js') ? 1 : CHECKED_STEPS));
  const times = await race(trainers, { rounds: full ? 200 : 60, turn: 30, processor: threads === 1 });
  for (const trainer of trainers) await trainer.close();
  return {
    title: `${task.title}, ${threads === 1 ? 'one thread' : `${threads} threads`}`,
    columns: [
      { title: '' },
      { title: 'median ms', digits: 2 },
      { title: 'least ms', digits: 2 },
      { title: 'against the first', digits: 2 },
      { title: 'turns', digits: 0 },
      { title: 'first losses' },
    ],
    rows: trainers.map(({ name }, i): Cell[] => {
      const { median, least, ratio, turns } = times[i]!;
      return [name, median, least, ratio, turns, losses[i]!.map((loss) => loss.toFixed(4)).join(' ')];
    }),
    notes: [
      threads === 1
        ? 'Times are those of the processor, which other work on the machine changes least; ratios are medians over the rounds.'
        : 'Times are by the clock; ratios are medians over the rounds.',
      ...(torch ? [] : ['PyTorch: no python3 with torch was found; on Debian the package python3-torch has it.']),
      'jax-js takes part with the MLP alone: compiling the CNN took it most of a minute when tried, and each step seconds.',
      'TensorFlow.js uses one thread. Its wasm engine cannot train a convolution: it has no kernel for the gradient of the filter.',
    ],
  };
}
