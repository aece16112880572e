// Training steps of an MLP and a CNN by turns: ONNX Runtime on one and all threads, and the cpu backend on one.
import { cpu } from '@nablajs/backend-cpu';
import { onnxruntime } from '../src/index.ts';
import { cnn, mlp, type Racer, racer } from './networks.ts';

const ROUNDS = Number(process.env['ROUNDS'] ?? 15);

/** Prints minimum and median of each. */
export async function run(): Promise<void> {
  const backends = [
    ['onnxruntime, 1 thread', await onnxruntime({ threads: 1 })],
    ['onnxruntime, all threads', await onnxruntime({ spinning: false })],
    ['cpu, 1 thread', await cpu()],
  ] as const;
  for (const [title, make, shape, batch] of [
    ['MLP 784-512-256-10, batch 128, Adam', mlp, [784], 128],
    ['CNN 32-64-128, batch 64, SGD with momentum', cnn, [28, 28, 1], 64],
  ] as const) {
    const racers: Racer[] = [];
    for (const [name, backend] of backends) racers.push(await racer(name, backend, make, shape, batch));
    const times = racers.map((): number[] => []);
    for (let round = 0; round < ROUNDS; round++) {
      for (const [i, { step }] of racers.entries()) {
        const started = performance.now();
        for (let k = 0; k < 3; k++) await step();
        times[i]!.push((performance.now() - started) / 3);
      }
    }
    console.log(`\n${title}, ms per step`);
    racers.forEach(({ name }, i) => {
      const sorted = times[i]!.sort((a, b) => a - b);
      const median = sorted[sorted.length >> 1]!;
      console.log(
        `  ${name.padEnd(28)} ${sorted[0]!.toFixed(2).padStart(8)} min ${median.toFixed(2).padStart(8)} median`,
      );
    });
  }
  for (const [, backend] of backends) await backend.dispose();
}
