// The MLP and the CNN: losses against the CPU from one seed, and times of steps by turns.
import { openCpu, type Watched } from './device.ts';
import { cnn, mlp } from './networks.ts';
import { median, type Table } from './table.ts';
import { type Task, type Trainer, trainerOn } from './trainer.ts';

const TASKS: readonly (readonly [title: string, task: Task])[] = [
  ['MLP 784-512-256-10, batch 128, Adam', { make: mlp, shape: [784], batch: 128, classes: 10 }],
  ['CNN 32-64-128, batch 64, SGD with momentum', { make: cnn, shape: [28, 28, 1], batch: 64, classes: 10 }],
];
const STEPS = 50;

/** Losses of both networks, in both precisions, beside those of the CPU in float32. */
export async function seededLosses(device: Watched): Promise<Table> {
  const cpu = openCpu();
  const rows: (string | number)[][] = [];
  for (const [title, task] of TASKS) {
    const expected = await lossesOf(trainerOn(cpu, task, 'float32'));
    for (const precision of ['float32', 'mixedFloat16'] as const) {
      const losses = await lossesOf(trainerOn(device, task, precision));
      const off = Math.max(...losses.map((loss, i) => Math.abs(loss - expected[i]!)));
      rows.push([
        title,
        precision,
        losses[0]!.toFixed(5),
        losses.at(-1)!.toFixed(5),
        expected.at(-1)!.toFixed(5),
        off.toExponential(1),
      ]);
    }
  }
  await cpu.backend.dispose();
  return {
    title: `Losses of ${STEPS} steps against the CPU, one seed`,
    head: ['network', 'precision', 'first', 'last', 'last on the CPU', 'largest difference'],
    rows,
    notes: ['In float32 differences stay below 1e-3; in mixed precision they are those of roundings to 11 bits.'],
  };
}

async function lossesOf(trainer: Trainer): Promise<number[]> {
  const losses: number[] = [];
  for (let i = 0; i < STEPS; i++) losses.push(await trainer.loss());
  return losses;
}

/** Milliseconds of a step, and the bytes it moves. */
export async function stepTimes(device: Watched, rounds: number): Promise<Table> {
  const cpu = openCpu();
  const rows: (string | number)[][] = [];
  for (const [title, task] of TASKS) {
    const contenders = [
      ['the device, float32', device, trainerOn(device, task, 'float32')],
      ['the device, mixedFloat16', device, trainerOn(device, task, 'mixedFloat16')],
      ['the CPU, float32', cpu, trainerOn(cpu, task, 'float32')],
    ] as const;
    const times = contenders.map((): number[] => []);
    const moved = contenders.map(() => '');
    for (const [, , trainer] of contenders) await trainer.loss();
    for (let round = 0; round < rounds; round++) {
      for (const [i, [, { moved: count }, trainer]] of contenders.entries()) {
        const before = { ...count };
        times[i]!.push((await trainer.run(10)) / 10);
        moved[i] = `${Math.round((count.in - before.in) / 10)} + ${Math.round((count.out - before.out) / 10)}`;
      }
    }
    contenders.forEach(([name], i) => {
      rows.push([title, name, median(times[i]!).toFixed(3), Math.min(...times[i]!).toFixed(3), moved[i]!]);
    });
  }
  await cpu.backend.dispose();
  return {
    title: 'Steps of small networks',
    head: ['network', '', 'median ms', 'least ms', 'bytes in + out per step'],
    rows,
    notes: ['Bytes in are those of the batch, which is new in every step; nothing comes back until somebody reads it.'],
  };
}
