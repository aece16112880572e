// Where the time of a step goes.
import { onnxruntime } from '@nablajs/backend-onnxruntime';
import type { Table } from '../frame/bench.ts';
import { profiled } from '../peers/ort-profile.ts';
import { nablaTrainer } from './nabla.ts';
import type { Task } from './task.ts';
import type { Torch } from './torch.ts';

const STEPS = 100;
const ROWS = 12;

/** Time by operator of ONNX. */
export async function onnxruntimeProfile(task: Task, threads: number): Promise<Table> {
  const times = await profiled(async (profile) => {
    const trainer = await nablaTrainer('profile', await onnxruntime({ threads, profile }), task);
    await trainer.losses(1);
    await trainer.run(STEPS);
    await trainer.close();
  });
  return shares(`Where a step of the ${task.name.toUpperCase()} goes: operators of Nabla onnxruntime`, times);
}

/** Time by operator of PyTorch. */
export async function torchProfile(task: Task, torch: Torch): Promise<Table> {
  const trainer = await torch.trainer(task);
  await trainer.run(STEPS);
  const times = await trainer.profile(STEPS);
  const largestFirst = times.map(([op, milliseconds]) => ({ op, milliseconds }));
  largestFirst.sort((a, b) => b.milliseconds - a.milliseconds);
  return shares(`Where a step of the ${task.name.toUpperCase()} goes: operators of PyTorch`, largestFirst);
}

function shares(
  title: string,
  times: readonly { readonly op: string; readonly milliseconds: number; readonly nodes?: number }[],
): Table {
  const total = times.reduce((sum, { milliseconds }) => sum + milliseconds, 0);
  const counted = times.some(({ nodes }) => nodes !== undefined);
  return {
    title,
    columns: [
      { title: '' },
      ...(counted ? [{ title: 'nodes', digits: 0 }] : []),
      { title: 'ms', digits: 2 },
      { title: '%', digits: 0 },
    ],
    rows: times
      .slice(0, ROWS)
      .map(({ op, nodes, milliseconds }) => [
        op,
        ...(counted ? [nodes ?? null] : []),
        milliseconds,
        (100 * milliseconds) / total,
      ]),
  };
}
