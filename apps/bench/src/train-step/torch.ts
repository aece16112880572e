// The task in PyTorch, where a Python with it is found.
import { join } from 'node:path';
import { type PythonProgram, pythonWith, startPython } from '../peers/python.ts';
import type { Task } from './task.ts';
import type { Trainer } from './trainer.ts';

/** PyTorch in a process of its own. */
export interface Torch {
  trainer(task: Task, channelsLast?: boolean): Promise<TorchTrainer>;
  close(): Promise<void>;
}

/** A trainer that can say where its time goes. */
export interface TorchTrainer extends Trainer {
  /** Milliseconds per step by operator. */
  profile(steps: number): Promise<(readonly [operator: string, milliseconds: number])[]>;
}

/** Starts PyTorch; null when no Python has it. */
export function startTorch(root: string, threads: number): Torch | null {
  const python = pythonWith('torch');
  if (python === null) return null;
  const program = startPython(python, join(root, 'apps/bench/src/train-step/steps.py'), threads);
  return {
    trainer: (task, channelsLast = false) => trainerIn(program, task, channelsLast, threads),
    close: () => program.close(),
  };
}

async function trainerIn(
  program: PythonProgram,
  task: Task,
  channelsLast: boolean,
  threads: number,
): Promise<TorchTrainer> {
  const id = `${task.name}${channelsLast ? ' channels last' : ''}`;
  const { optimizer, rate, batch, name: network } = task;
  const version = await program.ask<string>({
    command: 'start',
    ...{ id, network, optimizer, rate, batch, threads, channelsLast },
    weights: task.weights.map(({ data, shape }) => ({ shape, data: base64(data) })),
    images: base64(task.images),
    labels: [...task.labels],
  });
  return {
    name: `PyTorch ${version}${channelsLast ? ', channels last' : ''}`,
    losses: (times) => program.ask({ command: 'losses', id, times }),
    run: (times) => program.ask({ command: 'run', id, times }),
    profile: (times) => program.ask({ command: 'profile', id, times }),
    close: async () => undefined,
  };
}

function base64(data: Float32Array): string {
  return Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('base64');
}
