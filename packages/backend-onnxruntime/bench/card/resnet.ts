// A training step of the shape of ResNet-50, in both precisions, by turns with PyTorch on the same device.
import { lowerGraph, readModel } from '@nablajs/onnx-graph';
import { offDevice } from '../../src/cuda/kernels.ts';
import type { Watched } from './device.ts';
import { resnet50 } from './networks.ts';
import type { CardOptions } from './options.ts';
import { median, type Table } from './table.ts';
import { startTorch, type Torch } from './torch.ts';
import { type Task, trainerOn } from './trainer.ts';

interface Contender {
  readonly name: string;
  readonly firstLoss: number;
  readonly run: (steps: number) => Promise<number>;
  /** Bytes in and out so far, where they are counted. */
  readonly moved?: { readonly in: number; readonly out: number };
}

/** The race, and what the steps are written as. */
export async function resnet(device: Watched, options: CardOptions, root: string): Promise<Table[]> {
  const { batch, image, rounds } = options;
  const task: Task = {
    make: (precision) => resnet50(precision, image),
    shape: [image, image, 3],
    batch,
    classes: 1000,
  };
  const contenders: Contender[] = [];
  const written: (string | number)[][] = [];
  for (const precision of ['float32', 'mixedFloat16'] as const) {
    const trainer = trainerOn(device, task, precision);
    const firstLoss = await trainer.loss();
    contenders.push({ name: `Nabla, ${precision}`, firstLoss, run: trainer.run, moved: device.moved });
    written.push(writtenAs(device, precision));
  }
  const torch = await startTorch(root);
  if (torch) contenders.push(...(await torchContenders(torch, options)));
  const times = contenders.map((): number[] => []);
  const moved = contenders.map(() => '');
  for (let round = 0; round < rounds; round++) {
    for (const [i, { run, moved: count }] of contenders.entries()) {
      const before = { ...count };
      times[i]!.push(await run(1));
      if (count)
        moved[i] = `${((count.in - before.in!) / 1e6).toFixed(2)} + ${((count.out - before.out!) / 1e6).toFixed(2)}`;
    }
  }
  torch?.close();
  return [
    {
      title: `ResNet-50, batch ${batch}, ${image}x${image}, SGD with momentum`,
      head: ['', 'median ms', 'least ms', 'images per second', 'first loss', 'MB in + out per step'],
      rows: contenders.map(({ name, firstLoss }, i) => {
        const middle = median(times[i]!);
        const rate = ((1000 * batch) / middle).toFixed(1);
        return [name, middle.toFixed(1), Math.min(...times[i]!).toFixed(1), rate, firstLoss.toFixed(3), moved[i]!];
      }),
      notes: torchNotes(torch, options),
    },
    {
      title: 'What these steps are written as for CUDA',
      head: ['precision', 'nodes', 'Conv', 'ConvTranspose', 'Gemm, MatMul', 'Transpose', 'Cast', 'without CUDA kernel'],
      rows: written,
    },
  ];
}

/** Counts of the model of the largest graph compiled last: the training step. */
function writtenAs({ graphs }: Watched, precision: string): (string | number)[] {
  const step = graphs.splice(0).reduce((largest, graph) => (graph.code.length > largest.code.length ? graph : largest));
  const written = readModel(lowerGraph(step, { device: 'cuda', annotate: true })).graph;
  const count = (...ops: string[]): number => written.node.filter(({ opType }) => ops.includes(opType!)).length;
  return [
    precision,
    written.node.length,
    ...[count('Conv'), count('ConvTranspose'), count('Gemm', 'MatMul'), count('Transpose'), count('Cast')],
    offDevice(written).length,
  ];
}

async function torchContenders(torch: Torch, { device, batch, image }: CardOptions): Promise<Contender[]> {
  if (device === 'cuda' && torch.card === null) return [];
  const modes = device === 'cuda' ? [false, true] : [false];
  const contenders: Contender[] = [];
  for (const mixed of modes) {
    const id = String(mixed);
    const firstLoss = await torch.ask<number>({ command: 'start', id, device, mixed, batch, image });
    contenders.push({
      name: `PyTorch, ${mixed ? 'autocast float16' : 'float32'}`,
      firstLoss,
      run: (times) => torch.ask<number>({ command: 'run', id, times }),
    });
  }
  return contenders;
}

function torchNotes(torch: Torch | null, { device }: CardOptions): string[] {
  const notes = [
    'Every step takes a new batch from the host. Weights and images differ between the two, shapes do not.',
  ];
  if (!torch) return [...notes, 'PyTorch: no Python with torch was found; name one in $PYTHON.'];
  if (device === 'cuda' && torch.card === null) return [...notes, `PyTorch ${torch.version} sees no card.`];
  const modes = device === 'cuda' ? ', TF32 off, cuDNN picks by measuring' : '; it has no float16 autocast on CPUs';
  return [...notes, `PyTorch ${torch.version}${modes}.`];
}
