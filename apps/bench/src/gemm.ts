// Matrix products through the public API, against a loop that only multiplies and adds in registers.
import { cpu } from '@nablajs/backend-cpu';
import { type Tensor, compile, randomUniform, realize, setBackend } from '@nablajs/tensor';
// The peak loop is written with the backend's own emitter, which is no public name.
import { OPTIONS } from '../../../packages/backend-cpu/bench/engine.ts';
import { peak } from '../../../packages/backend-cpu/bench/peak.ts';
import { race, table } from './race.ts';

const SIZES = [128, 256, 512, 1024];
const FLOPS_PER_ROUND = 2e9;

/** Prints the share of the peak for square products. */
export async function run(): Promise<void> {
  setBackend(await cpu());
  const registers = peak(OPTIONS.relaxed);
  const contenders = [{ name: 'registers only', flops: registers.amount, once: async (): Promise<void> => registers.run() }];
  for (const size of SIZES) {
    const a = randomUniform([size, size]);
    const b = randomUniform([size, size]);
    await realize(a, b);
    const product = compile((x: Tensor, y: Tensor) => x.matmul(y), { name: `matmul ${size}` });
    const once = async (): Promise<void> => (await product(a, b))[Symbol.dispose]();
    for (let i = 0; i < 30; i++) await once();
    contenders.push({ name: `${size} x ${size} x ${size}`, flops: 2 * size ** 3, once });
  }
  const repeats = contenders.map(({ flops }) => Math.max(1, Math.round(FLOPS_PER_ROUND / flops)));
  const times = await race(
    contenders.map(({ name, once }, i) => ({
      name,
      run: async (): Promise<void> => {
        for (let turn = 0; turn < repeats[i]!; turn++) await once();
      },
    })),
    15,
  );
  const rates = contenders.map(({ flops }, i) => (flops * repeats[i]!) / times[i]! / 1e6);
  table('Matrix product, one thread, float32', [
    ['', 'GFLOP/s', 'of the peak'],
    ...contenders.map(({ name }, i) => [name, rates[i]!.toFixed(1), `${((100 * rates[i]!) / rates[0]!).toFixed(0)} %`]),
  ]);
}
